/** The text of a `baton.yaml` for what was found in a repository. */
import { stringify } from 'yaml';
import type { Detected } from './detect.ts';
import type { ProposedCheck } from './proposal.ts';

/** One agent of the crew. */
export interface ProposedAgent {
  readonly runner: 'claude' | 'codex' | 'gemini' | 'opencode';
  /** What is known of it on this machine, e.g. `installed and logged in here`. */
  readonly why: string;
  /** Another one that can take over. */
  readonly fallback?: ProposedAgent['runner'];
}

/** What was measured when it was tried out; absent for what was not. */
export interface Tried {
  /** Why a check is left out: it is red today, and nothing in the repository asks for it. */
  readonly leftOut?: ReadonlyMap<string, string>;
  /** Paths that one set-up installs for all trees; with why not, if they can't be. */
  readonly installed?: { readonly paths: readonly string[] } | { readonly problem: string };
  /** Coverage in per cent as it is now. */
  readonly coverage?: number;
}

export interface ConfigParts {
  readonly detected: Detected;
  readonly agent: ProposedAgent;
  readonly tried?: Tried;
  /** What editors find the schema by. */
  readonly schema?: string;
}

/** What stands for a test command that nobody knows: red, so that nothing is taken for proven. */
const UNKNOWN_TEST = "echo 'baton.yaml does not say yet how this repository is tested' >&2; exit 1";

/** The commented file. Whatever was found, Baton accepts it. */
export function configText({ detected, agent, tried = {}, schema }: ConfigParts): string {
  return [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '# What Baton needs to know to work on this repository. Baton reads it from the base commit, so commit it.',
    '# Every key: docs/configuration.md of Baton. Written by `baton init`; yours to change.',
    '',
    ...checkLines(detected, tried),
    '',
    ...crewLines(agent),
    '',
    '# Agents at work at once for one feature.',
    'concurrency: 3',
    '# You approve the design, and the promotion of a canary. `auto` takes what is recommended.',
    'approvals: { design: ask, release: ask }',
    '# Finished work is pushed as feature/<id>. Other ways: merge, pull-request.',
    'land: branch',
    ...gateLines(detected, tried),
    ...protectedLines(detected),
    ...installedLines(detected, tried),
    ...serviceLines(detected),
    '',
  ].join('\n');
}

/** What runs in containers can't be guessed from a file's name, so it is shown how it would look. */
const serviceLines = ({ compose }: Detected): string[] =>
  compose === undefined
    ? []
    : [
        `# ${compose} may start what tests need. One of each for every tree, with ports of its own: docs/services.md of Baton.`,
        '# services:',
        '#   db:',
        '#     start: docker compose -p "baton-$BATON_SLOT" up -d --wait db',
        '#     stop: docker compose -p "baton-$BATON_SLOT" down --volumes',
        '#     sandbox: off # its commands reach Docker, which may do whatever it likes on this machine',
        '#     env: { PGPORT: $BATON_PORT }',
      ];

function checkLines({ checks, setup }: Detected, { leftOut }: Tried): string[] {
  const lines = [
    '# Commands that Baton itself runs, in this order, on exactly the tree that is judged. Exit code 0 is a pass.',
    'checks:',
  ];
  if (setup !== undefined)
    lines.push(
      '  # Once in every new worktree.',
      ...entry('setup', setup.network === undefined ? setup.run : { run: setup.run, network: setup.network }),
    );
  if (!checks.some(({ name }) => name === 'test'))
    lines.push(
      '  # Nothing was recognised: put the command here that runs the tests.',
      ...entry('test', UNKNOWN_TEST),
    );
  for (const check of checks) {
    const out = leftOut?.get(check.name);
    lines.push(`  # ${remark(check.why)}`);
    if (out === undefined) lines.push(...entry(check.name, written(check)));
    else
      lines.push(
        `  # Left out: ${remark(out)}`,
        ...entry(check.name, written(check)).map((line) => line.replace(/^ {2}/, '  # ')),
      );
  }
  return lines;
}

function written({ run, report, files, only, network }: ProposedCheck): unknown {
  const more = {
    ...(report && { report }),
    ...(files && { files }),
    ...(only && { only }),
    ...(network && { network }),
  };
  return Object.keys(more).length === 0 ? run : { run, ...more };
}

/** A key of `checks` or `gates` with its value, indented. */
const entry = (name: string, value: unknown): string[] =>
  stringify({ [name]: value }, { lineWidth: 0, defaultStringType: 'PLAIN', flowCollectionPadding: true })
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);

/** A remark stays within its line. */
const remark = (text: string): string => text.replace(/\s+/g, ' ').trim();

function crewLines({ runner, why, fallback }: ProposedAgent): string[] {
  const agent =
    fallback === undefined
      ? `{ runner: ${runner} }`
      : `{ runner: ${runner}, fallback: { runner: ${fallback} } }`;
  return [
    `# Who works. ${remark(why)}. Other runners: claude, codex, gemini, opencode, acp, command, person.`,
    'crew:',
    `  design: ${agent}`,
    `  implement: ${agent}`,
    `  test: ${agent}`,
    `  deploy: ${agent}`,
    '# What a feature may spend before a person is asked:',
    '# budget: { usd: 20 }',
  ];
}

function gateLines({ coverage }: Detected, { coverage: measured }: Tried): string[] {
  if (coverage === undefined) return [];
  const { run, report, metric, why } = coverage;
  const min = Math.max(0, Math.floor(measured ?? 80));
  const gate = { coverage: { run, ...(report !== undefined && { report }), metric, min } };
  const lines = stringify({ gates: gate }, { lineWidth: 0 }).trimEnd().split('\n');
  if (measured === undefined)
    return [
      '',
      `# A threshold for ${why}; it was not measured, so choose one:`,
      ...lines.map((line) => `# ${line}`),
    ];
  return ['', `# A feature may not lower ${why}: it is ${measured.toFixed(1)} % today.`, ...lines];
}

function protectedLines({ deploys }: Detected): string[] {
  if (deploys.length === 0) return [];
  return [
    '',
    '# Paths that no packet may change without a person, beside what measures.',
    `protected: ${JSON.stringify(deploys)}`,
    '# Without `release` a feature ends when it has landed. With it Baton deploys, judges a canary, and rolls back:',
    '# release: { staging: { deploy: COMMAND, smoke: COMMAND } }',
  ];
}

function installedLines({ installs }: Detected, { installed }: Tried): string[] {
  if (installed === undefined)
    return installs.length === 1 && installs[0] === 'node_modules'
      ? [
          '',
          '# One set-up installs it, and every other tree gets a copy.',
          'worktrees: { installed: [node_modules] }',
        ]
      : [];
  if ('problem' in installed)
    return [
      '',
      `# Every tree runs the set-up for itself, since ${remark(installed.problem)}.`,
      '# worktrees: { installed: [] }',
    ];
  if (installed.paths.length === 0) return [];
  return [
    '',
    '# One set-up installs these, and every other tree gets a copy.',
    `worktrees: { installed: ${JSON.stringify(installed.paths)} }`,
  ];
}
