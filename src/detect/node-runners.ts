/** Test runners of Node: how each is made to write a report. */
import { intoFile } from './proposal.ts';

export type NodeRunner =
  | 'vitest'
  | 'jest'
  | 'mocha'
  | 'ava'
  | 'tape'
  | 'playwright'
  | 'node:test'
  | 'bun test'
  | 'react-scripts';

/** How one runner is started, and what it writes. */
export interface RunnerWay {
  readonly report: string;
  /** The runner's own words as a script has them, made into a run that ends and writes its report. */
  readonly reporting: (words: string) => string;
  /** The words if no script names any. */
  readonly words: string;
  /** Whether its words may be followed by test files. */
  readonly takesFiles: boolean;
  /** Whether its report is what it prints. */
  readonly prints?: boolean;
}

const XML = 'test-results.xml';
const JSON_FILE = 'test-results.json';

/** By the runner; in the order in which they are looked for. */
export const NODE_RUNNERS: Readonly<Record<NodeRunner, RunnerWay>> = {
  vitest: {
    words: 'vitest run',
    report: XML,
    takesFiles: true,
    reporting: (words) =>
      `${/\brun\b|--run\b|--watch=false/.test(words) ? words : words.replace(/\bvitest\b(?: watch| dev)?/, 'vitest run')}` +
      ` --reporter=default --reporter=junit --outputFile.junit=${XML}`,
  },
  'react-scripts': {
    words: 'react-scripts test',
    report: JSON_FILE,
    takesFiles: true,
    reporting: (words) => `${words} --watchAll=false --json --outputFile=${JSON_FILE}`,
  },
  jest: {
    words: 'jest',
    report: JSON_FILE,
    takesFiles: true,
    reporting: (words) =>
      `${words.replace(/ --watch(?:All)?\b(?!=)/g, '')} --ci --json --outputFile=${JSON_FILE}`,
  },
  mocha: {
    words: 'mocha',
    report: XML,
    takesFiles: false,
    reporting: (words) =>
      `${words.replace(/ (?:-w|--watch)\b/g, '').replace(/ (?:-R|--reporter)[ =]\S+/g, '')} --reporter xunit --reporter-option output=${XML}`,
  },
  ava: {
    words: 'ava',
    report: 'test-results.tap',
    takesFiles: true,
    prints: true,
    reporting: (words) => `${words.replace(/ (?:-w|--watch)\b/g, '')} --tap`,
  },
  // Its script names the files, so others can't be added.
  tape: {
    words: "tape 'test/**/*.js'",
    report: 'test-results.tap',
    takesFiles: false,
    prints: true,
    reporting: (words) => words,
  },
  'node:test': {
    words: 'node --test',
    report: XML,
    takesFiles: false,
    // The runner's own options have to stand before the files.
    reporting: (words) =>
      words
        .replace(/ --watch\b/g, '')
        .replace(
          /(\s)--test\b(?!-)/,
          `$1--test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=${XML}`,
        ),
  },
  'bun test': {
    words: 'bun test',
    report: XML,
    takesFiles: true,
    reporting: (words) => `${words.replace(/ --watch\b/g, '')} --reporter=junit --reporter-outfile=${XML}`,
  },
  playwright: {
    words: 'playwright test',
    report: XML,
    takesFiles: true,
    reporting: (words) => `PLAYWRIGHT_JUNIT_OUTPUT_NAME=${XML} ${words} --reporter=list,junit`,
  },
};

const WORDS: Readonly<Record<NodeRunner, RegExp>> = {
  vitest: /(?:^|\s)vitest(?:\s|$)/,
  'react-scripts': /(?:^|\s)react-scripts test(?:\s|$)/,
  jest: /(?:^|[\s/])jest(?:\.js)?(?:\s|$)/,
  mocha: /(?:^|\s)mocha(?:\s|$)/,
  ava: /(?:^|\s)ava(?:\s|$)/,
  tape: /(?:^|\s)tape(?:\s|$)/,
  'node:test': /(?:^|\s)(?:node|tsx)\s(?:.*\s)?--test(?:\s|$)/,
  'bun test': /(?:^|\s)bun test(?:\s|$)/,
  playwright: /(?:^|\s)playwright test(?:\s|$)/,
};

/** The runner that a part of a script starts. */
export const runnerIn = (part: string): NodeRunner | undefined =>
  (Object.keys(WORDS) as NodeRunner[]).find((name) => WORDS[name].test(part));

const PACKAGES: readonly (readonly [string, NodeRunner])[] = [
  ['vitest', 'vitest'],
  ['react-scripts', 'react-scripts'],
  ['jest', 'jest'],
  ['mocha', 'mocha'],
  ['ava', 'ava'],
  ['@playwright/test', 'playwright'],
];

/** The runner that a project depends on. */
export const runnerAmong = (needs: ReadonlySet<string>): NodeRunner | undefined =>
  PACKAGES.find(([name]) => needs.has(name))?.[1];

/** How a script's test runner is made to write its report. */
export interface ScriptedRun {
  readonly runner: NodeRunner;
  readonly run: string;
  readonly only?: string;
}

/**
 * A script that starts one runner, with a report: what stands before and behind it in the script stays. Undefined if it
 * starts none, or more than one can be told apart.
 */
export function withReport(script: string, exec: string): ScriptedRun | undefined {
  if (/[|;`]|\$\(|\|\||(?<!&)&(?!&)/.test(script)) return undefined;
  const parts = script.split('&&').map((part) => part.trim());
  const at = parts.findIndex((part) => runnerIn(part) !== undefined);
  const runner = at < 0 ? undefined : runnerIn(parts[at] ?? '');
  if (runner === undefined || parts.filter((part) => runnerIn(part) !== undefined).length > 1)
    return undefined;
  const way = NODE_RUNNERS[runner];
  const reporting = way.reporting(parts[at] ?? '');
  const isPlain = parts.length === 1;
  const starts = (words: string) => execWords(words, exec);
  const end = (command: string) => (way.prints === true ? intoFile(command, way.report) : command);
  if (isPlain) {
    const run = starts(reporting);
    return { runner, run: end(run), ...(way.takesFiles && { only: end(`${run} $BATON_TEST_FILES`) }) };
  }
  // A script's words find what is installed, so several of them need it on their PATH.
  const all = parts.map((part, index) => (index === at ? reporting : part)).join(' && ');
  return {
    runner,
    run: end(`export PATH="$PWD/node_modules/.bin:$PATH"; ${way.prints === true ? `{ ${all}; }` : all}`),
  };
}

/** A value as a shell takes it: parts with quotes and without, next to each other. */
const VALUE = String.raw`(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])*`;
/** `env` with its options, which no package manager would find among what is installed, and assignments. */
const BEFORE = new RegExp(
  String.raw`^((?:env\s+(?:(?:-u\s*|--unset[= ])\S+\s+|-[-\w]+\s+)*)?(?:[A-Za-z_][A-Za-z0-9_]*=${VALUE}\s+)*)(.*)$`,
  's',
);

/** Words without the assignments before them. */
export const bareWords = (words: string): string => BEFORE.exec(words)?.[2] ?? words;

/** Words with assignments before them, started by the package manager, unless it is Node itself that they start. */
export function execWords(words: string, exec: string): string {
  const [, before = '', rest = ''] = BEFORE.exec(words) ?? [];
  return /^(?:node|bun|npm|npx|pnpm|yarn)\b/.test(rest) ? words : `${before}${exec} ${rest}`;
}
