import { shellQuoted } from '../domain/shell-quoted.ts';
/** A command that is proposed as a check. */
export interface ProposedCheck {
  /** `test`, or what else it is: `lint`, `types`, `format`. */
  readonly name: string;
  readonly run: string;
  /** Where its report is, relative to the root. */
  readonly report?: string;
  /** Glob of test files. */
  readonly files?: string;
  /** Runs only the files in BATON_TEST_FILES. */
  readonly only?: string;
  /** `open`: what it reaches can't be known from its tool's settings. Default: nothing. */
  readonly network?: 'open';
  /** Where this comes from, for people: `vitest, from package.json`. */
  readonly why: string;
  /**
   * `true`: nothing in the repository names it, so it may be red for no reason of the repository's. Of a test: there are
   * neither test files nor settings of tests.
   */
  readonly guessed?: boolean;
  /** `true`: all that it tests needs a browser, which a sandbox most often hasn't. */
  readonly browser?: boolean;
}

/** A gate that is proposed for coverage. */
export interface ProposedCoverage {
  readonly run: string;
  readonly report?: string;
  readonly metric: string;
  readonly why: string;
}

/** What one stack of a repository needs, as far as its files tell. */
export interface ProposedStack {
  readonly kind: 'node' | 'python' | 'go' | 'rust' | 'java' | 'ruby' | 'shell' | 'make';
  /** Folder that it is in; `''` is the root. */
  readonly folder: string;
  /** What was recognised, e.g. `npm`, `workspaces (3)`, `vitest`, `eslint`. */
  readonly found: readonly string[];
  /** Commands of the set-up, in their order. */
  readonly setup: readonly string[];
  /** `open`: as of a check. Default: the registries that the package managers here are set to. */
  readonly setupNetwork?: 'open';
  readonly checks: readonly ProposedCheck[];
  readonly coverage?: ProposedCoverage;
  /** Paths that set-up and checks make, as lines of `.gitignore`. */
  readonly makes: readonly string[];
  /** Paths that the set-up installs. */
  readonly installs: readonly string[];
  /** Programs that the commands start. */
  readonly programs: readonly string[];
  /** What a person should know. */
  readonly notes: readonly string[];
  /** What of `found` and `notes` speaks of its tests. */
  readonly ofTests?: readonly string[];
}

/** Runs a command whose report is its output: a person still sees it, and its exit code counts. */
export const intoFile = (command: string, file: string, streams: 'output' | 'both' = 'output'): string =>
  `${command} > ${file}${streams === 'both' ? ' 2>&1' : ''}; code=$?; cat ${file}; exit $code`;

/** Text for a shell, forShell if it has to be. */
export const forShell = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : shellQuoted(word);
