/** What is hidden from commands in a sandbox, and what they have of their own instead. Paths are below the user's HOME. */

/** Keys, logins and histories; shells' start-up files, in which people keep tokens. */
export const HIDDEN_IN_HOME: readonly string[] = [
  ...['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.config/gcloud', '.config/gh', '.config/hub'],
  ...['.netrc', '.git-credentials', '.config/git/credentials', '.password-store', '.local/share/keyrings'],
  ...[
    '.npmrc',
    '.yarnrc.yml',
    '.pypirc',
    '.cargo/credentials',
    '.cargo/credentials.toml',
    '.gem/credentials',
  ],
  ...['.m2/settings.xml', '.m2/settings-security.xml', '.gradle/gradle.properties', '.config/pip', '.pip'],
  ...[
    '.bashrc',
    '.bash_profile',
    '.bash_login',
    '.bash_logout',
    '.bash_aliases',
    '.bash_history',
    '.profile',
  ],
  ...['.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zsh_history', '.config/fish', '.local/share/fish'],
  ...['.python_history', '.node_repl_history', '.psql_history', '.pgpass', '.my.cnf', '.mysql_history'],
  ...['.claude', '.claude.json', '.codex', '.gemini', '.config/opencode', '.local/share/opencode'],
  ...['.config/google-chrome', '.config/chromium', '.mozilla', '.config/baton', '.config/temporalio'],
];

/**
 * Caches of package managers and compilers: commands have a feature's own there. They begin empty, since whoever writes
 * to a cache decides what others build.
 */
export const CACHES_IN_HOME: readonly string[] = [
  ...['.npm', '.cache/yarn', '.yarn/berry/cache', '.cache/pnpm', '.local/share/pnpm', '.bun/install/cache'],
  ...[
    '.cache/pip',
    '.cache/uv',
    '.cache/pypoetry',
    '.cache/go-build',
    'go/pkg',
    '.cargo/registry',
    '.cargo/git',
  ],
  ...['.m2/repository', '.gradle/caches', '.nuget/packages'],
];

/** Of the system's: services listen there, Docker's among them, and other users' files lie in temporary folders. */
export const HIDDEN_FOLDERS: readonly string[] = ['/run', '/var/run', '/var/tmp'];

/** Of the kernel's: whoever is root could write there even without capabilities. */
export const READ_ONLY_IN_PROC: readonly string[] = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs'];
