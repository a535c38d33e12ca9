import path from 'node:path';
import { placeOnPath } from '../processes/on-path.ts';

/** How a lock file is made anew by the tool whose it is, in its own folder. */
interface LockFile {
  readonly tool: string;
  /** Keeps what the file has, adds what the manifest needs beyond it, and runs no script of a package. */
  readonly run: string;
}

const NPM: LockFile = {
  tool: 'npm',
  run: 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
};
const BUN: LockFile = { tool: 'bun', run: 'bun install --lockfile-only --ignore-scripts' };

/** By name, wherever it lies. */
const LOCK_FILES: Readonly<Record<string, LockFile>> = {
  'package-lock.json': NPM,
  'npm-shrinkwrap.json': NPM,
  'pnpm-lock.yaml': {
    tool: 'pnpm',
    // With CI set it would refuse to change the file.
    run: 'pnpm install --lockfile-only --ignore-scripts --no-frozen-lockfile',
  },
  'yarn.lock': {
    tool: 'yarn',
    // The second and later majors call their file's format by its version, and refuse changes with CI set.
    run:
      "if grep -q '^__metadata:' yarn.lock; then " +
      'YARN_ENABLE_IMMUTABLE_INSTALLS=0 YARN_ENABLE_SCRIPTS=0 yarn install --mode=update-lockfile; ' +
      'else yarn install --ignore-scripts --non-interactive --no-progress; fi',
  },
  'bun.lock': BUN,
  'bun.lockb': BUN,
  'Cargo.lock': { tool: 'cargo', run: 'cargo update --workspace' },
  'go.sum': { tool: 'go', run: 'go mod tidy' },
  // The first major takes newer versions of everything unless told not to; the second doesn't know the option.
  'poetry.lock': { tool: 'poetry', run: 'poetry lock --no-update 2>/dev/null || poetry lock' },
  'uv.lock': { tool: 'uv', run: 'uv lock' },
  'Gemfile.lock': { tool: 'bundle', run: 'bundle lock' },
};

/** Whether a name is that of a lock file that Baton knows. */
export const isKnownLockFile = (name: string): boolean => Object.hasOwn(LOCK_FILES, name);

/** How Baton knows to make a file anew, if it does and the tool is in the PATH; undefined if not. */
export async function knownLockFile(
  file: string,
): Promise<{ readonly folder: string; readonly run: string } | undefined> {
  const known = Object.hasOwn(LOCK_FILES, path.basename(file)) ? LOCK_FILES[path.basename(file)] : undefined;
  if (known === undefined || (await placeOnPath(known.tool)) === undefined) return undefined;
  return { folder: path.dirname(file), run: known.run };
}
