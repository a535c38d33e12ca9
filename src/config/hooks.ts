import type { Config } from '../domain/config.ts';
import { toRoot } from '../domain/root.ts';

/** The name of the check that runs a repository's hook. */
export const HOOKS_CHECK = 'hooks';

/** Linters of a few files take seconds; what takes longer than this hangs. */
const HOOK_TIMEOUT_MS = 10 * 60_000;

/**
 * Runs the pre-commit hook of a folder as git would at a commit of all that the feature has changed: that is staged, on the
 * commit of the base that it stands on. Afterwards the branch is where it was.
 */
export const hookCommand = (folder: string): string => {
  const hook = `${folder}/pre-commit`;
  return [
    // A repository's hooks run at its top, whatever the root of a feature is.
    'cd "$(git rev-parse --show-toplevel)" || exit 1',
    `test -f ${hook} || { echo "there is no ${hook}"; exit 1; }`,
    'tip=$(git rev-parse HEAD) && base=$(git merge-base HEAD origin/HEAD || echo "$tip") && git reset -q --soft "$base" || exit 1',
    'PATH="$PWD/node_modules/.bin:$PATH"; export PATH',
    `if test -x ${hook}; then ${hook}; else sh -e ${hook}; fi; status=$?`,
    'git reset -q --soft "$tip"; exit $status',
  ].join('\n');
};

/** The configuration with the check that `hooks` asks for. Its folder is protected, because it judges the work. */
export const withHooks = (config: Config): Config => {
  const { hooks } = config;
  if (hooks === undefined || hooks === 'none') return config;
  const check = { run: hookCommand(hooks), timeout: HOOK_TIMEOUT_MS };
  return {
    ...config,
    // Its type takes `setup` for a check among others.
    checks: { ...config.checks, [HOOKS_CHECK]: check } as Config['checks'],
    protected: [...config.protected, toRoot(config.root ?? '', `${hooks}/**`)],
  };
};
