import { rm, stat } from 'node:fs/promises';
import { appendEntry } from '../agents/transcript.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { errorText } from '../domain/error-text.ts';
import type { EditedFile } from '../domain/recording.ts';
import { readRegularText } from '../files/regular-file.ts';
import type { Repository } from '../git/repository.ts';
import type { Edits } from '../git/worktree/edits.ts';
import { type Secret, secretIn } from '../processes/secrets/secrets.ts';

/** A larger patch is a tree of dependencies or a dump, and a home keeps what it keeps for long. */
const MAX_PATCH_BYTES = 64 * 1024 * 1024;

/** Every line of every file that differs: what is larger isn't searched, and so isn't kept. */
const MOST_SEARCHED = 400 * 1024 * 1024;

/** Where commits come from, and where their patches are kept. */
export interface Keeping {
  readonly store: ArtifactStore;
  readonly repo: Repository;
}

export interface CommitToKeep extends Edits {
  /** As in the commit. */
  readonly message: string;
  /** Of the run. While it goes on, its runner appends too, a line at a time. */
  readonly transcriptFile: string;
  /** Values that are kept nowhere. */
  readonly secrets: readonly Secret[];
}

/**
 * Appends a commit, with its edits as a patch, to the run's transcript, so that the run can be played again. What
 * keeps a patch from being kept is said in the entry: no run fails for its recording.
 *
 * @returns whether there were any edits
 */
export async function keepEdits(home: Keeping, commit: CommitToKeep): Promise<boolean> {
  const { from, to, message, transcriptFile, secrets } = commit;
  if (from === to) return false;
  const append = (files: readonly EditedFile[], kept: Kept) =>
    appendEntry(
      transcriptFile,
      { kind: 'commit', from, commit: to, message, files: [...files], ...kept },
      secrets,
    );
  try {
    const files = await home.repo.editedFiles({ from, to });
    if (files.length === 0) return false;
    append(files, await keptPatch(home, commit).catch(notKept));
  } catch (error) {
    append([], notKept(error));
  }
  return true;
}

interface Kept {
  readonly patch: ArtifactRef | null;
  readonly reason?: string;
}

const notKept = (error: unknown): Kept => ({
  patch: null,
  reason: `its patch could not be made: ${errorText(error).slice(0, 500)}`,
});

async function keptPatch({ store, repo }: Keeping, commit: CommitToKeep): Promise<Kept> {
  const file = `${commit.transcriptFile}.patch`;
  try {
    await repo.writePatch(commit, file);
    const { size } = await stat(file);
    if (size > MAX_PATCH_BYTES)
      return { patch: null, reason: `its patch has ${size} bytes: at most ${MAX_PATCH_BYTES} are kept` };
    const secret = await secretInEdits(repo, commit, file);
    if (secret !== undefined) {
      const reason = `its patch holds the value of ${secret}: it isn't kept, since without that it would not apply`;
      return { patch: null, reason };
    }
    return { patch: await store.put({ file }, 'text/x-diff') };
  } finally {
    await rm(file, { force: true });
  }
}

/** Name of a secret whose value is in the edits. */
async function secretInEdits(
  repo: Repository,
  { from, to, secrets }: CommitToKeep,
  file: string,
): Promise<string | undefined> {
  if (secrets.length === 0) return undefined;
  const patch = await readRegularText(file, { most: MOST_SEARCHED });
  const found = foundIn(patch, secrets);
  // A binary file is in it encoded, and whole.
  if (found !== undefined || !patch.includes('\nGIT binary patch\n')) return found;
  const whole = `${file}.whole`;
  try {
    await repo.writePatch({ from, to }, whole, 'whole');
    return foundIn(await readRegularText(whole, { most: MOST_SEARCHED }), secrets);
  } finally {
    await rm(whole, { force: true });
  }
}

/** A value of several lines has a sign before each. */
const foundIn = (patch: string, secrets: readonly Secret[]): string | undefined =>
  secretIn(patch, secrets) ?? secretIn(patch.replace(/^[-+ ]/gm, ''), secrets);
