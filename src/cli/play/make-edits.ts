import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, type Stats, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RecordedEdits } from '../../domain/recording.ts';
import { readRegular } from '../../files/regular-file.ts';
import { hardenedArguments, hardenedEnvironment } from '../../git/hardening.ts';
import { PlayProblem } from './play-problem.ts';

/** Where recorded edits come from, and where they are made. */
export interface PlayFolders {
  /** With the recordings. */
  readonly folder: string;
  readonly worktree: string;
}

/** Makes recorded edits in the worktree. @throws PlayProblem where they don't fit it */
export async function makeEdits(
  { patch, reason, message, files }: RecordedEdits,
  { folder, worktree }: PlayFolders,
): Promise<void> {
  if (patch === null)
    throw new PlayProblem(
      `the edits of "${message}" are not in the recording: ${reason ?? 'no patch was kept'}`,
    );
  const file = path.join(folder, patch);
  const bytes = await readRegular(file, { links: 'followed' }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code ?? error.message;
    throw new PlayProblem(`${file} can't be read (${why}): copy the folder again, with all of its files`);
  });
  const text = bytes.toString('latin1');
  for (const each of files) giveRecordedLabels(path.join(worktree, each.path), text);
  const refused = await apply(worktree, file);
  if (refused === undefined) return;
  const paths = files.map((each) => each.path);
  const named = paths.filter((each) =>
    [`error: ${each}:`, `failed: ${each}:`, `'${each}'`].some((words) => refused.includes(words)),
  );
  throw new PlayProblem(
    `the edits of "${message}" don't fit this tree: ${(named.length > 0 ? named : paths).join(', ')}. ` +
      'Play them on the base commit that they were recorded on, with the same packets and checks, or record anew. ' +
      `git apply says: ${refused.trim()}`,
  );
}

/** Changes files only, never an index. @returns what git says where the patch doesn't fit; nothing is changed then */
const apply = (worktree: string, file: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const args = [...hardenedArguments(false), 'apply', '--whitespace=nowarn', file];
    // Files are all it needs: what the worktree has as its repository isn't looked at.
    const options = { cwd: worktree, env: { ...hardenedEnvironment(false), GIT_DIR: NO_REPOSITORY } };
    execFile('git', args, options, (error, _, stderr) =>
      resolve(error === null ? undefined : stderr || error.message),
    );
  });

const NO_REPOSITORY = '/dev/null';

const MARKS = ['<<<<<<<', '|||||||', '>>>>>>>'];

/** Conflict markers name commits, which are others at each play: they get the names that the patch knows. */
function giveRecordedLabels(file: string, patch: string): void {
  if (!/^[- ]>{7} /m.test(patch) || !statOf(file)?.isFile()) return;
  const text = readFileSync(file, 'latin1');
  let labelled = text;
  for (const mark of MARKS) {
    const bars = mark.replaceAll('|', '\\|');
    const label = new RegExp(`^[- ]${bars} (.*)$`, 'm').exec(patch)?.[1];
    if (label !== undefined)
      labelled = labelled.replace(new RegExp(`^${bars} .*$`, 'gm'), () => `${mark} ${label}`);
  }
  if (labelled !== text) writeFileSync(file, labelled, 'latin1');
}

/** Tells git's id of a file in the worktree, in the format of ids that `made` has; null where there is no file. */
export function treeIds(
  worktree: string,
  made: readonly Pick<RecordedEdits, 'files'>[],
): (file: string) => string | null {
  const known = made.flatMap(({ files }) => files.flatMap(({ before, after }) => [before, after]));
  const algorithm = known.find((id) => id !== null)?.length === 64 ? 'sha256' : 'sha1';
  return (file) => {
    const at = path.join(worktree, file);
    const stat = statOf(at);
    if (!stat?.isFile() && !stat?.isSymbolicLink()) return null;
    const content = stat.isSymbolicLink() ? Buffer.from(readlinkSync(at)) : readFileSync(at);
    return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
  };
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    // Not there, or below what is a file now.
    return undefined;
  }
}
