import { ownOf } from './paths.ts';
import type { Program } from './program.ts';

/** Scripts of package.json that a command calls. */
export interface ScriptCalls {
  readonly names: readonly string[];
  /** Those of every package.json count, since the command names workspaces. */
  readonly everywhere: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Options that take the next word, by package manager. */
const VALUES: Readonly<Record<string, ReadonlySet<string>>> = {
  npm: words('-w --workspace --prefix -C --loglevel --userconfig --registry'),
  pnpm: words('--filter -F --filter-prod --dir -C --reporter --loglevel --workspace-concurrency'),
  yarn: words('--cwd --include --exclude --from'),
  bun: words('--filter --cwd'),
};
const WORKSPACES = words('-w --workspace --workspaces -ws --filter -F --filter-prod -r --recursive');

/** Commands of package managers that call no script of that name. */
const BUILT_IN = words(
  'add remove rm uninstall un up update upgrade link unlink why info list ls outdated audit config cache init create ' +
    'exec dlx x node npm version pack patch set plugin dedupe constraints global import prune rebuild store root bin ' +
    'licenses login logout whoami view search fund pm help env fetch deploy',
);

/** What is called by a command of a package manager that isn't the name of a script. */
const LIFE_CYCLES: Readonly<Record<string, readonly string[]>> = {
  t: ['test'],
  tst: ['test'],
  i: ['install', 'prepare'],
  install: ['install', 'prepare'],
  ci: ['install', 'prepare'],
  'clean-install': ['install', 'prepare'],
  it: ['install', 'prepare', 'test'],
  cit: ['install', 'prepare', 'test'],
  restart: ['restart', 'stop', 'start'],
  publish: ['prepublishOnly', 'pack', 'prepare', 'publish'],
};

/** The scripts that a command calls; undefined where it calls none. */
export function scriptCalls({ name, args }: Program): ScriptCalls | undefined {
  switch (name) {
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return managerCalls(name, args);
    case 'node':
      return here(optionValue(args, '--run'));
    case 'deno':
      return args[0] === 'task' ? here(positionals(args.slice(1))[0]) : undefined;
    case 'npm-run-all':
    case 'npm-run-all2':
    case 'run-s':
    case 'run-p':
      return { names: positionals(args), everywhere: false };
    case 'turbo':
    case 'lerna':
    case 'nx':
      return { names: taskNames(name, args), everywhere: true };
    default:
      return undefined;
  }
}

function managerCalls(manager: string, args: readonly string[]): ScriptCalls | undefined {
  const [first, ...rest] = positionals(args, VALUES[manager]);
  // pnpm's -w is the root of the workspace, not the name of one.
  const everywhere = options(args).some(
    (option) =>
      WORKSPACES.has(option.split('=', 1)[0] ?? '') &&
      !(option === '-w' && manager === 'pnpm') &&
      !(option === '-r' && manager !== 'pnpm'),
  );
  if (first === 'workspace' || first === 'workspaces') {
    const behind = first === 'workspace' ? rest.slice(1) : rest.filter((word) => word !== 'foreach');
    const [script] = behind.filter((word) => word !== 'run');
    return script === undefined ? undefined : { names: [script], everywhere: true };
  }
  const named = first === undefined ? bareCall(manager, args) : nameOf(manager, first, rest);
  return named.length === 0 ? undefined : { names: named, everywhere };
}

/** `yarn` alone installs. */
const bareCall = (manager: string, args: readonly string[]): readonly string[] =>
  manager === 'yarn' && !args.includes('--version') ? (LIFE_CYCLES.install ?? []) : [];

function nameOf(manager: string, first: string, rest: readonly string[]): readonly string[] {
  if (['run', 'run-script', 'rum', 'urn'].includes(first)) return rest.slice(0, 1);
  if (manager === 'bun' && (first === 'test' || first === 'build')) return [];
  const known = ownOf(LIFE_CYCLES, first);
  if (known !== undefined && (manager !== 'yarn' || first.length > 3)) return known;
  if (manager === 'npm') return ['test', 'start', 'stop'].includes(first) ? [first] : [];
  return BUILT_IN.has(first) ? [] : [first];
}

function taskNames(tool: string, args: readonly string[]): string[] {
  const named = [optionValue(args, '--target'), optionValue(args, '--targets'), optionValue(args, '-t')];
  const targets = named.flatMap((value) => value?.split(',') ?? []);
  const [first = '', ...rest] = positionals(args, words('--filter -F --scope --target --targets -t'));
  if (tool === 'nx') {
    const own = first === 'run' ? rest.slice(0, 1).map((word) => word.split(':')[1] ?? '') : [first];
    return [...(['run-many', 'affected'].includes(first) ? [] : own), ...targets].filter(Boolean);
  }
  return first === 'run' ? (tool === 'lerna' ? rest.slice(0, 1) : rest) : tool === 'turbo' ? [first] : [];
}

const here = (name: string | undefined): ScriptCalls | undefined =>
  name === undefined ? undefined : { names: [name], everywhere: false };

/** Words before `--`; what stands behind goes to the script. */
const before = (args: readonly string[]): readonly string[] => {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
};

const options = (args: readonly string[]): string[] => before(args).filter((word) => word.startsWith('-'));

function positionals(args: readonly string[], values: ReadonlySet<string> = new Set()): string[] {
  return before(args).filter((word, at, all) => !word.startsWith('-') && !values.has(all[at - 1] ?? ''));
}

/** The value of an option, written with `=` or as the next word. */
function optionValue(args: readonly string[], option: string): string | undefined {
  const all = before(args);
  const at = all.indexOf(option);
  if (at !== -1) return all[at + 1];
  return all.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}
