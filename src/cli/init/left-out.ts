import type { Detected } from '../../detect/detect.ts';
import type { Tried } from '../../detect/write-config.ts';
import type { TriedOut } from '../../work/try-out.ts';

/** What a trial says of the file: which guesses don't hold, what can be shared, what coverage there is. */
export function triedOf(detected: Detected, out: TriedOut): Tried {
  const guessed = detected.checks.filter(({ guessed: isGuess, name }) => isGuess && name !== 'test');
  const leftOut = new Map(
    guessed.flatMap(({ name }) => {
      const result = out.checks.find((check) => check.name === name);
      if (result === undefined || result.passed) return [];
      return [
        [name, `it is red today (exit code ${result.exitCode}), and nothing in the repository asks for it`],
      ];
    }),
  );
  return {
    ...(leftOut.size > 0 && { leftOut }),
    ...(out.setup?.passed === true && { installed: installedOf(out) }),
    ...(out.coverage !== undefined && { coverage: out.coverage }),
  };
}

const installedOf = ({ made, copyProblem }: TriedOut): NonNullable<Tried['installed']> => {
  const lock = made.find(isLockFile);
  if (lock !== undefined)
    return { problem: `the set-up also writes ${lock}, which is not tracked: commit it` };
  return copyProblem === undefined ? { paths: [...made] } : { problem: copyProblem };
};

/** Whether a file fixes the versions of what is installed: it is to be committed, never ignored. */
export const isLockFile = (path: string): boolean =>
  /(?:^|\/)(?:[^/]*\.lock|[^/]*-lock\.(?:json|yaml)|bun\.lockb|go\.sum|npm-shrinkwrap\.json)$/.test(path);
