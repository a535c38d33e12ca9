import path from 'node:path';
import { type ContentFilter, type GitContent, LFS, usesLfs } from '../../domain/git-content.ts';
import { shellQuoted } from '../../domain/shell-quoted.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import type { GitAnswer } from '../run-git.ts';
import type { FilterSandbox } from './filter-sandbox.ts';

interface ConvertRun {
  /** The folder that git reads files of, or writes them to. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  /** As for any run of git. */
  readonly names?: boolean;
}

/** Baton's own objects of Git LFS, for all trees of a repository. */
export const lfsStore = (repo: RepositoryContext): string => path.join(repo.clone, 'lfs');

/**
 * Runs a command of git that turns files into blobs, or blobs into files, as the git of the person who started the
 * feature would: with the filters that were told at the start, and no others. They see nothing of the worker's
 * environment but `PATH` and `HOME`, and run in a sandbox where the machine can make one.
 */
export const converting = async (
  repo: RepositoryContext,
  args: readonly string[],
  run: ConvertRun,
): Promise<GitAnswer> => {
  const { content } = repo;
  if (content === undefined) return inClone(repo, args, run);
  const { filters = [] } = content;
  const sandbox =
    filters.length > 0
      ? await repo.confineFilters?.({ cwd: run.cwd, writable: usesLfs(content) ? [lfsStore(repo)] : [] })
      : undefined;
  try {
    return await inClone(repo, [...settingsOf(repo, content, sandbox), ...args], run);
  } finally {
    await sandbox?.dispose();
  }
};

/** For a submodule: its attributes are others', whose filters nobody was told of. */
export const unfiltered = (repo: RepositoryContext): RepositoryContext =>
  repo.content === undefined ? repo : { ...repo, content: { ...repo.content, filters: [] } };

const settingsOf = (
  repo: RepositoryContext,
  content: GitContent,
  sandbox: FilterSandbox | undefined,
): string[] => {
  const { autocrlf, eol, filters = [] } = content;
  return [
    ...(autocrlf === undefined ? [] : [`core.autocrlf=${autocrlf}`]),
    ...(eol === undefined ? [] : [`core.eol=${eol}`]),
    ...filters.flatMap((filter) => commandsOf(filter, sandbox)),
    ...(usesLfs(content) ? [`lfs.storage=${lfsStore(repo)}`, ...OF_LFS] : []),
  ].flatMap((each) => ['-c', each]);
};

/** Whatever is missing was fetched before, or is an error: a filter has no network and no credentials. */
const OF_LFS = ['lfs.url=file:///nonexistent', 'lfs.concurrenttransfers=1', 'lfs.transfer.maxretries=1'];

const commandsOf = (filter: ContentFilter, sandbox: FilterSandbox | undefined): string[] => {
  const { name, clean, smudge, process, required = false } = filter;
  const of = (key: string, command: string | undefined) =>
    command === undefined ? [] : [`filter.${name}.${key}=${command}`];
  return [
    ...of('clean', clean && perFile(clean, sandbox)),
    ...of('smudge', smudge && perFile(smudge, sandbox)),
    ...of('process', process && `${startedIn(sandbox)} sh -c ${shellQuoted(process)}`),
    `filter.${name}.required=${required || name === LFS}`,
  ];
};

/** Git puts a file's path in place of `%f`, quoted for a shell: here it becomes an argument, so that nothing is quoted twice. */
const perFile = (command: string, sandbox: FilterSandbox | undefined): string => {
  const inner = command.replace(/%([%f])/g, (_, letter: string) => (letter === 'f' ? '"$1"' : '%'));
  return `${startedIn(sandbox).replaceAll('%', '%%')} sh -c ${shellQuoted(inner).replaceAll('%', '%%')} sh %f`;
};

/** Words of a shell command that start another with the environment of a filter. */
const startedIn = (sandbox: FilterSandbox | undefined): string => {
  const home = process.env.HOME;
  const env = { ...(home !== undefined && { HOME: home }), ...sandbox?.env };
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [...(sandbox?.prefix ?? []), 'env', ...words].map(shellQuoted).join(' ');
};
