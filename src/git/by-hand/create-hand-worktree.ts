import { lstat, mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../../domain/failures.ts';
import { writeFileAtomic } from '../../homes/atomic-file.ts';
import { type SealedView, withSealedView } from '../sealed-view.ts';
import { gitText, type UserRepository } from '../user-repository.ts';
import { type CopiedFiles, copyFiles } from '../worktree/copy-files.ts';
import { excludeLine } from '../worktree/excluded.ts';
import { addWorktree } from './add-worktree.ts';
import { handFolder, handWorktrees } from './hand-worktrees.ts';

/** The packet's text in a worktree by hand, kept out of git. */
export const PACKET_TEXT_FILE = 'WORK-PACKET.md';

export interface HandRequest {
  readonly name: string;
  /** New; made at `commit`. */
  readonly branch: string;
  readonly commit: string;
  /** Folder that gets `agent-<name>`; made where it isn't there. */
  readonly into: string;
  /** The packet, for the agent to read. */
  readonly text?: string | undefined;
  /** As in baton.yaml; taken from the user's checkout. */
  readonly copy: readonly string[];
}

export interface HandCreated extends CopiedFiles {
  readonly path: string;
}

const refused = (message: string) => new BatonError('BadInput', message);

/**
 * Makes a worktree of the user's repository with a branch of its own. The user's checkout keeps its HEAD, index
 * and files, and no hook or filter of the repository is run. Where it fails halfway, what it made is taken away.
 * @throws BatonError `BadInput` where the branch, the folder or a worktree of that name is there already.
 */
export const createHandWorktree = (repo: UserRepository, request: HandRequest): Promise<HandCreated> =>
  withSealedView(repo, async (view) => {
    const at = await checkedPlace(repo, request);
    await checkedBranch(view, request.branch);
    const isTracked = async (relative: string) =>
      (await view.run(['ls-tree', '-z', '--name-only', request.commit, '--', relative])).stdout !== '';
    if (request.text !== undefined && (await isTracked(PACKET_TEXT_FILE)))
      throw refused(
        `The repository has a file ${PACKET_TEXT_FILE} of its own, where the packet's text would stand: rename it`,
      );
    const exclude = (relative: string) => excludeFrom(repo, relative);
    const inside = path.relative(repo.folder, at);
    if (!inside.startsWith('..') && !path.isAbsolute(inside)) await exclude(`${toPosix(inside)}/`);
    await mkdir(path.dirname(at), { recursive: true });
    const added = await addWorktree(repo, view, { at, branch: request.branch, commit: request.commit });
    try {
      // Files and the index, as the commit has them.
      const run = { worktree: at, index: path.join(added.admin, 'index') };
      await view.run(['read-tree', '--reset', '-u', request.commit], run);
      if (request.text !== undefined) {
        await exclude(PACKET_TEXT_FILE);
        await writeFile(path.join(at, PACKET_TEXT_FILE), request.text, { flag: 'wx' });
      }
      const target = { path: at, tracked: isTracked, exclude };
      const copied = await copyFiles(target, { copy: request.copy, copyFrom: repo.folder });
      return { path: at, ...copied };
    } catch (error) {
      await added.undo();
      throw error;
    }
  });

/** Where it will be, through no link. */
const checkedPlace = async (repo: UserRepository, { name, into }: HandRequest): Promise<string> => {
  const known = (await handWorktrees(repo)).find((one) => one.name === name);
  if (known)
    throw refused(
      `There is a worktree of that name: ${known.path}. Remove it: baton worktree remove ${name}`,
    );
  const folder = await realPathOf(into);
  if (`${folder}${path.sep}`.startsWith(`${await realpath(repo.common)}${path.sep}`))
    throw refused(`${into} is in git's own folder: choose another with --dir`);
  const at = path.join(folder, handFolder(name));
  if ((await lstat(at).catch(() => undefined)) !== undefined)
    throw refused(`There is something at ${at} already: choose another folder with --dir`);
  return at;
};

/** The real path of a folder that may have to be made. */
const realPathOf = async (folder: string): Promise<string> => {
  try {
    return await realpath(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    return path.join(await realPathOf(above), path.basename(folder));
  }
};

const checkedBranch = async (view: SealedView, branch: string): Promise<void> => {
  const { stdout } = await view.run(['for-each-ref', '--format=%(refname)', 'refs/heads/']);
  const names = stdout.split('\n').map((ref) => ref.slice('refs/heads/'.length));
  if (names.includes(branch))
    throw refused(`The repository has the branch ${branch} already: delete it, or choose another name`);
  // Git keeps a branch as a file, so one can't stand below another.
  const near = names.find((name) => name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`));
  if (near) throw refused(`Git can't hold the branch ${branch} beside the branch "${near}": choose another`);
};

const MOST_EXCLUDED = 1024 * 1024;

/** A repository and its worktrees share one `info/exclude`; the line stays when the worktree goes. */
const excludeFrom = async ({ common }: UserRepository, relative: string): Promise<void> => {
  const file = path.join(common, 'info', 'exclude');
  const before = (await gitText(file, MOST_EXCLUDED)) ?? '';
  const line = excludeLine(relative);
  const lines = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  if (!lines.split(/(?<=\n)/).includes(line)) await writeFileAtomic(file, lines + line);
};

const toPosix = (relative: string): string => relative.split(path.sep).join('/');
