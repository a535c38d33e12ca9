import { posix } from 'node:path';
import { ownOf } from './paths.ts';

/** A command's program and where its name stands, behind what only starts it. */
export interface Program {
  /** Without its folder: `python3` of `/usr/bin/python3`. */
  readonly name: string;
  /** Index of its word. */
  readonly at: number;
  readonly args: readonly string[];
}

/** Words of the shell that stand before a command. */
const RESERVED = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time']);
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;

/** Programs that start the command behind them. */
const STARTERS = new Set(
  (
    'env exec command builtin nohup sudo nice ionice stdbuf setsid timeout gtimeout xvfb-run dotenv dotenvx ' +
    'cross-env cross-env-shell npx bunx pnpx uvx corepack c8 nyc'
  ).split(' '),
);
/** The same in two words. */
const STARTER_PAIRS = new Set(
  (
    'npm exec,npm x,pnpm exec,pnpm dlx,yarn exec,yarn dlx,bun x,poetry run,uv run,pipenv run,pdm run,hatch run,' +
    'rye run,pipx run,bundle exec,coverage run'
  ).split(','),
);
/** Options of those that take the next word. */
const STARTER_VALUES = new Set('-p --package -u -e -s --with --from --group --extra --python'.split(' '));

/** The program that `words` start; undefined where they only set variables. */
export function programOf(words: readonly string[]): Program | undefined {
  let at = 0;
  for (;;) {
    const word = words[at];
    if (word === undefined) return undefined;
    const name = programName(word);
    if (RESERVED.has(word) || ASSIGNMENT.test(word)) at += 1;
    else if (STARTER_PAIRS.has(`${name} ${words[at + 1]}`)) at = behindOptions(words, at + 2);
    else if (STARTERS.has(name) && words.length > at + 1) at = behindOptions(words, at + 1);
    else return { name, at, args: words.slice(at + 1) };
  }
}

/** A program's name as people call it. */
export const programName = (word: string): string => posix.basename(word).replace(/\.(?:exe|cmd)$/, '');

/** A program's name without its version: `eslint@9`, `clang-17`. */
export const plainName = (name: string): string => name.replace(/@[^@]*$/, '').replace(/-\d+$/, '');

function behindOptions(words: readonly string[], from: number): number {
  let at = from;
  for (;;) {
    const word = words[at];
    if (word === undefined) return at;
    if (word === '--') return at + 1;
    if (STARTER_VALUES.has(word)) at += 2;
    else if (word.startsWith('-') || /^\d+(?:\.\d+)?[smhd]?$/.test(word)) at += 1;
    else return at;
  }
}

const INTERPRETER =
  /^(?:node|nodejs|tsx|ts-node|bun|deno|python[\d.]*|pypy\d*|ruby|perl|php|bash|sh|zsh|dash|ksh|ash|pwsh|lua|Rscript|source|\.)$/;
/** Options of interpreters that take the next word. */
export const INTERPRETER_VALUES: ReadonlySet<string> = new Set(
  (
    '--import --require -r --loader --experimental-loader --conditions -C -W -X -o -O +o +O -I --config -c ' +
    '--tsconfig --import-map --env-file'
  ).split(' '),
);

/** Which file a command starts. */
export interface Started {
  /** A path as it is written. */
  readonly path?: string;
  /** A Python module: `tools.measure`. */
  readonly module?: string;
  /** A folder or file of Go. */
  readonly goPackage?: string;
}

/** What a program starts: the script of an interpreter, a module, or the program itself. */
export function startedBy({ name, args }: Program, word: string): Started {
  if (name === 'go') {
    const path = args[0] === 'run' ? firstOf(args.slice(1)) : undefined;
    return path === undefined ? {} : { goPackage: path };
  }
  if (!INTERPRETER.test(name)) return { path: word };
  if (/^(?:python|pypy)/.test(name)) {
    const at = args.indexOf('-m');
    const module = args[at + 1];
    if (at !== -1 && module !== undefined && firstOf(args.slice(0, at)) === undefined) return { module };
  }
  const runs = name === 'deno' || (name === 'bun' && args[0] === 'run');
  if (name === 'deno' && args[0] !== 'run') return {};
  if ((name === 'bun' && args[0] === 'test') || (name === 'node' && args.includes('--test'))) return {};
  const path = firstOf(runs ? args.slice(1) : args);
  return path === undefined ? {} : { path };
}

function firstOf(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (INTERPRETER_VALUES.has(word)) at += 1;
    else if (!word.startsWith('-') && !word.startsWith('+')) return word;
  }
  return undefined;
}

/** Words of other commands' arguments that begin a command: `docker compose run app npm test`. */
const BEGINS =
  /^(?:npm|npx|pnpm|yarn|bun|node|deno|make|just|tox|nox|rake|cargo|go|tsx|python[\d.]*|ruby|bash|sh)$/;
const TAKES_COMMAND = new Set(
  'docker docker-compose podman xargs find nix ssh direnv devbox mise'.split(' '),
);
/** They pass on what stands behind `--`. */
const PASSES_ARGUMENTS = new Set('npm pnpm yarn bun node deno git cargo go'.split(' '));

/** A command among the arguments of another: behind `--`, or from a word on that begins one. */
export function commandBehind({ name, args }: Program): readonly string[] | undefined {
  const end = args.indexOf('--');
  if (end !== -1 && !PASSES_ARGUMENTS.has(name)) return args.slice(end + 1);
  const from = TAKES_COMMAND.has(name) ? args.findIndex((word) => BEGINS.test(word)) : -1;
  return from === -1 ? undefined : args.slice(from);
}

/** Options that name the folder in which a tool works. */
const FOLDER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  make: ['-C', '--directory'],
  gmake: ['-C', '--directory'],
  npm: ['--prefix', '-C'],
  pnpm: ['--dir', '-C'],
  yarn: ['--cwd'],
  bun: ['--cwd'],
  git: ['-C'],
  go: ['-C'],
  cargo: ['-C'],
  just: ['-d', '--working-directory'],
  task: ['-d', '--dir'],
  docker: ['--project-directory'],
  'docker-compose': ['--project-directory'],
};

/** The folder that an option of the program names, as it is written. */
export function folderOption({ name, args }: Program): string | undefined {
  for (const option of ownOf(FOLDER_OPTIONS, name) ?? []) {
    const at = args.indexOf(option);
    if (at !== -1) return args[at + 1];
    const start = option.startsWith('--') ? `${option}=` : option;
    const joined = args.find((word) => word.startsWith(start));
    if (joined !== undefined) return joined.slice(start.length).replace(/^=/, '');
  }
  return undefined;
}
