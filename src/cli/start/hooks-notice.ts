import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { hooksAmong, runsHooks } from '../../config/hooks.ts';
import type { Config } from '../../domain/config.ts';
import { oneLine } from '../../domain/visible.ts';
import { isLocal } from '../../git/remote/origin.ts';
import { gitText, repositoryAt } from '../../git/user-repository.ts';
import { say } from '../output.ts';

/** Hooks that may keep somebody from committing or pushing. */
const CHECKING = ['pre-commit', 'commit-msg', 'prepare-commit-msg', 'pre-merge-commit', 'pre-push'];
/** What tools that set hooks up keep in a repository. */
const OF_TOOLS =
  /^(?:\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-config\.ya?ml|\.overcommit\.yml|\.?husky\.config\.\w+|\.huskyrc(?:\.\w+)?|\.?simple-git-hooks\.\w+)$/;
const IN_FOLDER = new RegExp(`^(?:[\\w.-]+/)*(?:\\.husky|\\.?git-?hooks|hooks)/(?:${CHECKING.join('|')})$`);
/** Executable by anybody. */
const EXECUTABLE = 0o111;
const MOST_CONFIG = 1024 * 1024;
/** Longer lists say no more. */
const NAMED = 5;

/** Hooks that would have checked a person's commit: files of the base commit, and what a clone here has. */
export const checkingHooks = async (repo: string, files: readonly string[]): Promise<string[]> => {
  const tracked = files.filter((file) => OF_TOOLS.test(file) || IN_FOLDER.test(file));
  const there = isLocal(repo) ? await repositoryAt(repo) : undefined;
  if (there === undefined) return tracked;
  const folder = path.join(there.common, 'hooks');
  const own: string[] = [];
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (!CHECKING.includes(name)) continue;
    const found = await stat(path.join(folder, name)).catch(() => undefined);
    if (found?.isFile() && (found.mode & EXECUTABLE) !== 0)
      own.push(path.relative(there.folder, path.join(folder, name)));
  }
  const set = await hooksPathOf(there.common);
  return [...tracked, ...own, ...(set === undefined ? [] : [`core.hooksPath ${set}`])];
};

/** Why the hooks that baton.yaml asks for can't be run; undefined if they can. */
export const hooksProblem = async (
  repo: string,
  files: readonly string[],
  config: Config,
): Promise<string | undefined> => {
  if (!runsHooks(config)) return undefined;
  const { hooks } = config;
  const all = new Set(files);
  const there = isLocal(repo) ? await repositoryAt(repo) : undefined;
  const folder =
    there === undefined ? undefined : (await hooksPathOf(there.common))?.replace(/\/(?:_\/?)?$/, '');
  const isTracked = folder !== undefined && files.some((file) => file.startsWith(`${folder}/`));
  if (hooks === 'run' && isTracked && hooksAmong('run', (file) => file.startsWith(`${folder}/`)).length === 0)
    return `hooks: run doesn't look into core.hooksPath of this clone: write hooks: ${folder} into baton.yaml`;
  if (hooksAmong(hooks, (file) => all.has(file)).length > 0) return undefined;
  const where =
    hooks === 'run'
      ? "the base commit has no pre-commit, commit-msg or prepare-commit-msg in .husky, .githooks or the like, and no file of lefthook's or pre-commit's"
      : `${hooks} has no pre-commit, commit-msg or prepare-commit-msg in the base commit`;
  return `baton.yaml has hooks: ${hooks}, and ${where}: name the folder that has them, or write hooks: none`;
};

const hooksPathOf = async (common: string): Promise<string | undefined> => {
  const config = (await gitText(path.join(common, 'config'), MOST_CONFIG)) ?? '';
  return /^\s*hookspath\s*=\s*"?([^"\n]+?)"?\s*$/im.exec(config)?.[1];
};

/** Says which hooks Baton doesn't run, unless baton.yaml has said what is to become of them. */
export const noticeHooks = async (repo: string, files: readonly string[], config: Config): Promise<void> => {
  if (config.hooks !== undefined) return;
  const hooks = await checkingHooks(repo, files);
  if (hooks.length === 0) return;
  const named = hooks.slice(0, NAMED).map(oneLine).join(', ');
  say(
    `The repository has hooks that would have checked a commit, and Baton doesn't run them: ${named}` +
      `${hooks.length > NAMED ? ` and ${hooks.length - NAMED} more` : ''}. Make what they check a check in baton.yaml, ` +
      'have them run (hooks: run, or a folder: hooks: .husky), or say that you know (hooks: none).',
  );
};
