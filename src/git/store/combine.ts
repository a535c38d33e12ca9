import { inClone, type RepositoryContext } from '../context.ts';
import { GitError } from '../git-error.ts';
import { isNotUtf8 } from '../names.ts';
import { commitFacts, makeCommit } from './commit-object.ts';
import { remembered } from './facts.ts';
import { ensureCommit, isAncestor } from './objects.ts';

/** Enough of a conflict for an agent to see what it is about; the files hold the rest. */
const OUTPUT_CHARACTERS = 4000;

export interface ToCombine {
  /** Both sides are counted from here, or from what both have that is newer. Default: the newest that both have. */
  readonly base?: string;
  /** The side that stands: an integration head, or the base branch. */
  readonly ours: string;
  /** The side that comes to it. */
  readonly theirs: string;
}

/** One version of a file that conflicts: 1 is the base's, 2 ours, 3 theirs. */
export interface ConflictStage {
  readonly mode: string;
  readonly id: string;
  readonly stage: string;
  readonly path: string;
}

export interface Combined {
  /** Both sides in one tree; with conflict markers in `files`, where there are any. */
  readonly tree: string;
  /** What both sides changed and git can't settle; empty: the merge is clean. */
  readonly files: readonly string[];
  readonly stages: readonly ConflictStage[];
  /** What git says of the conflicts, and what they look like; empty where there is none. */
  readonly output: string;
}

/**
 * A three-way merge in the object store: no worktree, no index, and of the histories nothing but the three trees
 * counts. The same at every repetition.
 */
export const combine = async (repo: RepositoryContext, sides: ToCombine): Promise<Combined> => {
  const { base = '', ours, theirs } = sides;
  const found = await remembered(repo.clone, `merge of ${base} ${ours} ${theirs}`, async () =>
    JSON.stringify(await merge(repo, sides)),
  );
  return JSON.parse(found as string) as Combined;
};

const merge = async (repo: RepositoryContext, { base, ours, theirs }: ToCombine): Promise<Combined> => {
  const sides = await onOneBase(repo, base, ours, theirs);
  const args = ['merge-tree', '--write-tree', '-z', '--messages', '--allow-unrelated-histories', ...sides];
  const { stdout, stderr, exitCode } = await inClone(repo, args, { allow: [1], names: true });
  const { tree, stages, messages } = parse(stdout);
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new GitError(args, exitCode, stderr);
  if (exitCode === 0) return { tree, files: [], stages: [], output: '' };
  const files = [...new Set(stages.map(({ path }) => path))];
  return { tree, files, stages, output: await shown(repo, ours, tree, files, messages) };
};

/**
 * Where the base isn't in both histories (an approved design that was merged under another name), both sides get
 * stand-ins that begin there. `--merge-base` came with git 2.40 only. Where both share something newer than the base,
 * that is in both already, so they are counted from there.
 */
const onOneBase = async (
  repo: RepositoryContext,
  base: string | undefined,
  ours: string,
  theirs: string,
): Promise<[string, string]> => {
  await ensureCommit(repo, ours);
  await ensureCommit(repo, theirs);
  // In both, it is in the newest that both share.
  const isShared = async (of: string) => (await isAncestor(repo, of, ours)) && isAncestor(repo, of, theirs);
  if (base === undefined || (await isShared(base))) return [ours, theirs];
  const standIn = async (side: string): Promise<string> => {
    const { tree, at } = await commitFacts(repo, side);
    return makeCommit(repo, { tree, parents: [base], message: 'A side of a merge', at });
  };
  return [await standIn(ours), await standIn(theirs)];
};

const parse = (stdout: string) => {
  const parts = stdout.split('\0');
  const tree = parts[0] ?? '';
  const stages: ConflictStage[] = [];
  let at = 1;
  for (; at < parts.length && parts[at] !== ''; at += 1) {
    const line = parts[at] ?? '';
    const [mode = '', id = '', stage = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    stages.push({ mode, id, stage, path: line.slice(line.indexOf('\t') + 1) });
  }
  const messages: string[] = [];
  for (at += 1; at < parts.length && parts[at] !== ''; ) {
    const paths = Number(parts[at]);
    // The count, the paths, the kind, the text.
    const text = parts[at + paths + 2] ?? '';
    if (text.startsWith('CONFLICT')) messages.push(text.trim());
    at += paths + 3;
  }
  return { tree, stages, messages };
};

const shown = async (
  repo: RepositoryContext,
  ours: string,
  tree: string,
  files: readonly string[],
  messages: readonly string[],
): Promise<string> => {
  const args = ['diff-tree', '-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  // Arguments are UTF-8; the others are in the messages.
  const named = files.filter((file) => !isNotUtf8(file)).slice(0, 50);
  const { stdout } =
    named.length === 0 ? { stdout: '' } : await inClone(repo, [...args, ours, tree, '--', ...named]);
  return `${messages.join('\n')}\n\n${stdout}`.slice(0, OUTPUT_CHARACTERS);
};
