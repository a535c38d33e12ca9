/**
 * Git that runs nothing an agent left behind. Git executes commands named by its configuration (fsmonitor,
 * hooks, filters, external diff, merge drivers, ssh command …). Agents work in repositories of their own, on which
 * Baton never runs git, but with the rights of the same user they can still reach Baton's clone. So nothing is read
 * but what Baton wrote or says on the command line.
 */

/** Said on every command line; outranks whatever is in a file. */
const COMMON = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.untrackedCache=false',
  // An ext:: URL is a command.
  'protocol.ext.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'core.logAllRefUpdates=false',
  // A lock of another process is waited for, instead of failing at once.
  'core.filesRefLockTimeout=3000',
  'core.packedRefsTimeout=3000',
  'advice.detachedHead=false',
];

/** Where only Baton has a say: no user settings that change what a commit or a worktree looks like. */
const SEALED = [
  'core.excludesFile=/dev/null',
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.sparseCheckout=false',
  'core.pager=cat',
  'core.editor=:',
  'sequence.editor=:',
  'core.sshCommand=false',
  'credential.helper=',
  'core.askPass=',
  'commit.gpgSign=false',
  'gpg.program=false',
  'rerere.enabled=false',
  'rebase.autoStash=false',
  'rebase.updateRefs=false',
  'rebase.backend=merge',
  'merge.conflictStyle=diff3',
  'merge.renames=true',
  'diff.renames=true',
  // A repository of another owner, e.g. mounted into a container, is still the one that was named.
  'safe.directory=*',
];

const settings = (values: readonly string[]): string[] => values.flatMap((value) => ['-c', value]);
const SEALED_ARGS = settings([...COMMON, ...SEALED]);
const USER_ARGS = settings(COMMON);

/** Baton's commits: always the same name, whoever runs the worker. */
export const COMMITTER = { name: 'Baton', email: 'baton@localhost' } as const;

const IDENTITY = {
  GIT_AUTHOR_NAME: COMMITTER.name,
  GIT_AUTHOR_EMAIL: COMMITTER.email,
  GIT_COMMITTER_NAME: COMMITTER.name,
  GIT_COMMITTER_EMAIL: COMMITTER.email,
};

const ALWAYS = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  GIT_PAGER: 'cat',
  // refs/replace in the clone would show other objects than the ones named.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_LITERAL_PATHSPECS: '1',
  LC_ALL: 'C.UTF-8',
  LANGUAGE: '',
};

/** What the user's own git needs for credentials and proxies, when Baton speaks to the user's repository. */
const USERS_GIT = /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_.*|PROXY_.*|CONFIG_GLOBAL|CONFIG_SYSTEM)$/;

/** Arguments before git's command. `user`: with the user's own settings, for talking to the origin. */
export const hardenedArguments = (user: boolean): readonly string[] => (user ? USER_ARGS : SEALED_ARGS);

/** The whole environment of a git process; nothing else is inherited. */
export const hardenedEnvironment = (user: boolean): Record<string, string> => {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined) continue;
    const wanted = user
      ? !name.startsWith('GIT_') || USERS_GIT.test(name)
      : name === 'PATH' || name === 'TMPDIR' || name === 'SystemRoot';
    if (wanted) inherited[name] = value;
  }
  const sealed = user
    ? {}
    : {
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_ATTR_NOSYSTEM: '1',
        GIT_ALLOW_PROTOCOL: 'file',
        HOME: '/nonexistent',
      };
  return { ...inherited, ...ALWAYS, ...IDENTITY, ...sealed };
};

/** The content of a clone's `config`; whatever else is found there isn't Baton's. */
export const CLONE_CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

/** The content of a default hub's `config`. */
export const HUB_CONFIG = `${CLONE_CONFIG}[uploadpack]
\tallowAnySHA1InWant = true
[receive]
\tautogc = false
`;
