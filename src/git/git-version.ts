import { BatonError } from '../domain/failures.ts';
import { runGit } from './run-git.ts';

/** `git merge-tree --write-tree`, the three-way merge in the object store, came with it. */
const LEAST = [2, 38] as const;

let asked: Promise<string | undefined> | undefined;

/** Why the git of this machine can't be used, with what to do; or undefined. Asked once. */
export const gitProblem = (): Promise<string | undefined> => {
  asked ??= runGit(['--version'], { cwd: '/' }).then(({ stdout }) => versionProblem(stdout));
  asked.catch(() => {
    asked = undefined;
  });
  return asked;
};

/** What is wrong with a version as `git --version` prints it. */
export const versionProblem = (printed: string): string | undefined => {
  const found = /(\d+)\.(\d+)/.exec(printed);
  const [major, minor] = [Number(found?.[1]), Number(found?.[2])];
  const enough = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
  if (found !== null && enough) return undefined;
  return `${printed.trim() || 'git'} is too old: Baton merges with \`git merge-tree --write-tree\`, which needs git ${LEAST.join('.')} or newer`;
};

/** @throws BatonError `Repository` if git is too old. */
export const assertGit = async (): Promise<void> => {
  const problem = await gitProblem();
  if (problem !== undefined) throw new BatonError('Repository', problem);
};
