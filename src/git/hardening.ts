import { formatSection, formatVersion, type ObjectFormat } from './object-format.ts';

/**
 * Git that runs nothing an agent left behind. Git executes commands named by its configuration (fsmonitor,
 * hooks, filters, external diff, merge drivers, ssh command …). Agents work in repositories of their own, on which
 * Baton never runs git, but with the rights of the same user they can still reach Baton's clone. So git is run on views
 * of it (view.ts), and nothing is read but what Baton wrote for that run or says on the command line.
 *
 * The filters of the person's own git (Git LFS) are the exception: what `baton start` read of the person's configuration
 * and told, kept in the feature's history, is said on the command line of the runs that convert files
 * (content/converting.ts). What any configuration says later counts for nothing.
 */

/** Said on every command line; outranks whatever is in a file. */
const COMMON = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.untrackedCache=false',
  // An ext:: URL is a command.
  'protocol.ext.allow=never',
  // An fd:: URL reads from whatever is open, for ever.
  'protocol.fd.allow=never',
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
  // What is missing in a partial clone is fetched by a program that its settings name (git 2.45 and later).
  GIT_NO_LAZY_FETCH: '1',
  GIT_LITERAL_PATHSPECS: '1',
  LC_ALL: 'C.UTF-8',
  LANGUAGE: '',
};

/** What every program needs to find others, its files and its words. */
const BASIC = ['PATH', 'TMPDIR', 'SystemRoot'];
/**
 * What the user's own git needs when Baton speaks to the user's repository: an allow-list, so that no key of a release or
 * of a model's provider gets to a helper, a hook or whatever else git may start.
 */
const USERS = new Set([
  ...BASIC,
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'TZ'],
  // Git itself.
  ...['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_SSH_VARIANT', 'GIT_ASKPASS', 'GIT_PROXY_COMMAND'],
  ...['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'],
  // Ssh and its agent; a window for a passphrase.
  ...['SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'SSH_SK_PROVIDER'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'],
  // Keyrings and the settings of credential helpers; the keys that sign.
  ...['DBUS_SESSION_BUS_ADDRESS', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'],
  ...['GNUPGHOME', 'GPG_TTY', 'GH_CONFIG_DIR', 'GH_HOST', 'GLAB_CONFIG_DIR', 'CLOUDSDK_CONFIG'],
  ...['AWS_PROFILE', 'AWS_REGION', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'],
  ...['KRB5_CONFIG', 'KRB5CCNAME'],
  // Certificates of the machine's own authority.
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE'],
]);
const USERS_OF_A_KIND = /^(?:LC_\w+|GIT_SSL_\w+|GIT_HTTP_\w+|GIT_PROXY_SSL_\w+|GCM_\w+)$/;
const PROXIES = /^(?:https?|all|no|ftp)_proxy$/i;

/** Names of more variables that the user's git needs, e.g. the token of a credential helper. Never those of Temporal. */
const NAMED_BY_USER = 'BATON_GIT_ENV';
const namedByUser = (): string[] =>
  (process.env[NAMED_BY_USER] ?? '')
    .split(/[\s,]+/)
    .filter((name) => name !== '' && !/^(?:TEMPORAL_|GIT_)/i.test(name));

/** Those of Baton's own environment that are set. */
const taken = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const usersVariables = (): Record<string, string> => {
  const named = new Set(namedByUser());
  const isUsers = (name: string): boolean =>
    USERS.has(name) || USERS_OF_A_KIND.test(name) || PROXIES.test(name) || named.has(name);
  return taken(Object.keys(process.env).filter(isUsers));
};

/** Arguments before git's command. `user`: with the user's own settings, for talking to the origin. */
export const hardenedArguments = (user: boolean): readonly string[] => (user ? USER_ARGS : SEALED_ARGS);

/** The whole environment of a git process; nothing else is inherited. */
export const hardenedEnvironment = (user: boolean): Record<string, string> => {
  const inherited = user ? usersVariables() : taken(BASIC);
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

/** The `config` of a view of the clone. */
export const cloneConfig = (format: ObjectFormat): string => `${formatSection(format)}[core]
${formatVersion(format)}\tfilemode = true
\tbare = true
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

/** What a view of a default hub has beside that. */
const HUB_CONFIG = `[uploadpack]
\tallowAnySHA1InWant = true
[receive]
\tautogc = false
`;

/** The `config` of a view of a default hub. */
export const hubConfig = (format: ObjectFormat): string => `${cloneConfig(format)}${HUB_CONFIG}`;
