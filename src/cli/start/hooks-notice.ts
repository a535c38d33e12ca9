import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
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
  const config = (await gitText(path.join(there.common, 'config'), MOST_CONFIG)) ?? '';
  const set = /^\s*hookspath\s*=\s*"?([^"\n]+?)"?\s*$/im.exec(config)?.[1];
  return [...tracked, ...own, ...(set === undefined ? [] : [`core.hooksPath ${set}`])];
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
      'or name their folder there (hooks: .husky); hooks: none says that you know.',
  );
};
