import type { Config } from '../domain/config.ts';
import { toRoot } from '../domain/root.ts';

/** The name of the check that runs a repository's hook. */
export const HOOKS_CHECK = 'hooks';

/** Linters of a few files take seconds; what takes longer than this hangs. */
const HOOK_TIMEOUT_MS = 10 * 60_000;

/** Folders in which repositories keep hooks. */
const FOLDERS = ['.husky', '.githooks', '.git-hooks', 'githooks', 'git-hooks', '.hooks'];
/** Hooks that look at a commit, or at its message. */
const OF_COMMITS = ['pre-commit', 'prepare-commit-msg', 'commit-msg'] as const;
type HookName = (typeof OF_COMMITS)[number];

/** Tools that run hooks by a file of their own: how the file is called, and what they are started with. */
const TOOLS = [
  {
    tool: 'lefthook',
    files: ['lefthook', '.lefthook'].flatMap((name) =>
      ['yml', 'yaml', 'toml', 'json'].map((end) => `${name}.${end}`),
    ),
    // It fails for a hook that its file doesn't name.
    command: (hook: HookName, args: string) =>
      `! cat lefthook.* .lefthook.* 2>/dev/null | grep -Eq '^[[:space:]"[]*${hook}\\b' || lefthook run ${hook}${args}`,
  },
  {
    tool: 'pre-commit',
    files: ['.pre-commit-config.yaml', '.pre-commit-config.yml'],
    command: (hook: HookName, args: string) =>
      `pre-commit run --hook-stage ${hook}${args === '' ? '' : ' --commit-msg-filename "$1"'}`,
  },
] as const;

/** What `hooks: run` takes for a repository's hooks, as globs from its top. */
const RUN_GLOBS = [...FOLDERS.map((folder) => `${folder}/**`), ...TOOLS.flatMap(({ files }) => files)];

/** Whether `hooks` says that hooks are run. */
export const runsHooks = <C extends Pick<Config, 'hooks'>>(
  config: C,
): config is C & { readonly hooks: string } => config.hooks !== undefined && config.hooks !== 'none';

const foldersOf = (hooks: string): readonly string[] => (hooks === 'run' ? FOLDERS : [hooks]);
const toolsOf = (hooks: string): readonly (typeof TOOLS)[number][] => (hooks === 'run' ? TOOLS : []);

/** The hooks, and files of tools that run some, that a repository has for a setting of `hooks`: names from its top. */
export const hooksAmong = (hooks: string, has: (file: string) => boolean): string[] => [
  ...foldersOf(hooks).flatMap((folder) => OF_COMMITS.map((name) => `${folder}/${name}`).filter(has)),
  ...toolsOf(hooks).flatMap(({ files }) => files.filter(has)),
];

/** Whether messages of commits go through any of them. */
export const looksAtMessages = (found: readonly string[]): boolean =>
  found.some((file) => !file.endsWith('/pre-commit'));

/** What stands in the way of running a hook is its own exit code; a shell script needs no bit to be run. */
const started = (folder: string, name: HookName, args: string): string => {
  const hook = `${folder}/${name}`;
  return `if test -f ${hook}; then ran=yes; if test -x ${hook}; then ${hook}${args}; else sh -e ${hook}${args}; fi || exit $?; fi`;
};

/** Of a tool: without the program the hook can't be passed, and the shell says which is missing. */
const startedBy = ({ files, command }: (typeof TOOLS)[number], name: HookName, args: string): string => {
  const there = files.map((file) => `test -f ${file}`).join(' || ');
  return `if ${there}; then ran=yes; { ${command(name, args)}; } || exit $?; fi`;
};

const each = (hooks: string, name: HookName, args: string): string[] => [
  ...foldersOf(hooks).map((folder) => started(folder, name, args)),
  ...toolsOf(hooks).map((tool) => startedBy(tool, name, args)),
];

/** Runs `lines` where git would have its hooks run: at the top, on the commit before, with all that is new staged. */
const asAtCommit = (before: string, lines: readonly string[]): string =>
  [
    // A repository's hooks run at its top, whatever the root of a feature is.
    'cd "$(git rev-parse --show-toplevel)" || exit 1',
    `tip=$(git rev-parse HEAD) && base=$(${before} || echo "$tip") && git reset -q --soft "$base" || exit 1`,
    'PATH="$PWD/node_modules/.bin:$PATH"; export PATH',
    '(',
    ...lines,
    '); status=$?',
    'git reset -q --soft "$tip"; exit $status',
  ].join('\n');

/**
 * Runs the pre-commit hook of a folder, or those that a repository has, as git would at a commit of all that the feature has
 * changed: that is staged, on the commit of the base that it stands on. Afterwards the branch is where it was.
 */
export const hookCommand = (hooks: string): string => {
  const others = foldersOf(hooks).flatMap((folder) => [
    `${folder}/commit-msg`,
    `${folder}/prepare-commit-msg`,
  ]);
  const where = hooks === 'run' ? 'hook that Baton knows' : `${hooks}/pre-commit`;
  return asAtCommit('git merge-base HEAD origin/HEAD', [
    'ran=',
    ...each(hooks, 'pre-commit', ''),
    // Its messages are looked at when they are written.
    ...others.map((file) => `if test -f ${file}; then ran=yes; fi`),
    `test -n "$ran" || { echo "there is no ${where}"; exit 1; }`,
  ]);
};

/** The message hooks, on the file that `$1` names: `prepare-commit-msg` may fill it, `commit-msg` may refuse it. */
export const messageCommand = (hooks: string): string =>
  asAtCommit('git rev-parse -q --verify HEAD^1', [
    ...each(hooks, 'prepare-commit-msg', ' "$1" message'),
    ...each(hooks, 'commit-msg', ' "$1"'),
  ]);

/** The configuration with the check that `hooks` asks for. What the hooks are is protected, because it judges the work. */
export const withHooks = (config: Config): Config => {
  if (!runsHooks(config)) return config;
  const { hooks = '', root = '' } = config;
  const check = { run: hookCommand(hooks), timeout: HOOK_TIMEOUT_MS };
  const globs = hooks === 'run' ? RUN_GLOBS : [`${hooks}/**`];
  return {
    ...config,
    // Its type takes `setup` for a check among others.
    checks: { ...config.checks, [HOOKS_CHECK]: check } as Config['checks'],
    protected: [...config.protected, ...globs.map((glob) => toRoot(root, glob))],
  };
};
