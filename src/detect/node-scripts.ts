/** What the scripts of a `package.json` do. */
import { posix } from 'node:path';
import { isBelow } from './listing.ts';
import type { NodePackage } from './node-project.ts';
import { bareWords, runnerIn } from './node-runners.ts';

/** What npm puts into a new project's `test`. */
const NO_TEST = /no test specified/;
const DOES_NOTHING = /^(?:echo|true|:|exit)(?:\s|$)/;

/** What a package's tests are started by, if it isn't what npm puts there, nor anything else that starts nothing. */
export const scriptOf = (member: NodePackage): string | undefined => {
  const script = member.scripts.test;
  return script === undefined ||
    NO_TEST.test(script) ||
    commandsOf(member, script).every((command) => DOES_NOTHING.test(command))
    ? undefined
    : followed(member, script);
};

const CALL =
  /^(?:npm(?: run)?|pnpm(?: run)?|yarn(?: run)?|bun run)(?: -s| --silent)? ([\w:.-]+)( --)?( [^&|;]*)?$/;
/** Scripts that call each other in a circle end somewhere. */
const MOST_CALLS = 4;
/** Options by which a package manager calls the script of another folder. */
const ELSEWHERE = /(?:^| )(?:--prefix|-C|--cwd|--dir|--workspaces?)(?:[ =]|$)/;
const ELSEWHERE_OF_NPM = /(?:^| )-w(?:[ =]|$)/;

/** The script of the same package that a command calls, with the words it adds. */
function calledBy({ scripts }: NodePackage, command: string): string | undefined {
  const [, name = '', dashes, words = ''] = CALL.exec(command) ?? [];
  const next = scripts[name];
  const isElsewhere =
    dashes === undefined &&
    (ELSEWHERE.test(words) || (command.startsWith('npm') && ELSEWHERE_OF_NPM.test(words)));
  return next === undefined || isElsewhere ? undefined : `${next}${words}`;
}

/** A command of a script, without parentheses, and the folder that it is run in; `''` is the package's. */
interface Step {
  readonly command: string;
  readonly folder: string;
}

/** Parts of a script, each in the folder that the `cd` before it leads to, which a parenthesis bounds. */
function placed(parts: readonly string[]): Step[] {
  let folder = '';
  const outer: string[] = [];
  return parts.map((part) => {
    const [, opened = '', rest = ''] = /^([\s(]*)(.*)$/s.exec(part.trim()) ?? [];
    for (const _ of opened.replace(/\s/g, '')) outer.push(folder);
    const [, inside = '', closed = ''] = (outer.length > 0 ? /^(.*?)([\s)]*)$/s.exec(rest) : null) ?? [];
    const command = outer.length > 0 ? inside : rest;
    const to = /^cd\s+(?:--\s+)?["']?([^\s"']+)["']?$/.exec(command)?.[1];
    if (to !== undefined) folder = posix.join(folder, to).replace(/^\.\/?$|\/$/, '');
    const step = { command, folder };
    for (const _ of closed.replace(/\s/g, '')) folder = outer.pop() ?? folder;
    return step;
  });
}

/** A script that does nothing but call another one stands for that, with the words it adds; so does each part of a chain that starts a runner in the end. */
function followed(member: NodePackage, script: string, calls = 0): string {
  const parts = script.split('&&').map((part) => part.trim());
  if (parts.length > 1) {
    const steps = placed(parts);
    return parts
      .map((part, at) => {
        if (steps[at]?.folder !== '') return part;
        const whole = followed(member, part, calls);
        return whole.split('&&').some((each) => runnerIn(each) !== undefined) ? whole : part;
      })
      .join(' && ');
  }
  // Words would go to the last part of a chain alone, as npm has it.
  const next = calledBy(member, script.trim());
  return next === undefined || calls === MOST_CALLS ? script : followed(member, next, calls + 1);
}

/** Commands up to `&&`, `||` or `;`, which a shell takes for itself outside of quotes alone. */
const COMMANDS = /&&|\|\||;|(?:'[^']*'|"(?:\\.|[^"\\])*"|(?!&&|\|\||;)[\s\S])+/g;
const BETWEEN = /^(?:&&|\|\||;)$/;

/** The steps of a script, with those of the scripts that it calls in their places. */
const stepsOf = (member: NodePackage, script: string, calls = 0): Step[] =>
  placed((script.match(COMMANDS) ?? []).filter((part) => !BETWEEN.test(part))).flatMap((step) => {
    const next = step.folder === '' ? calledBy(member, step.command) : undefined;
    return next === undefined || calls === MOST_CALLS ? [step] : stepsOf(member, next, calls + 1);
  });

const commandsOf = (member: NodePackage, script: string): string[] =>
  stepsOf(member, script).map(({ command }) => command);

const isIn = ({ command, folder: at }: Step, folder: string): boolean =>
  at === folder ||
  isBelow(at, folder) ||
  command.split(/[\s"'=;()]+/).some((word) => word.replace(/^\.\//, '').replace(/\/$/, '') === folder);

/** What installs, builds or looks at code, and so tests nothing. */
const SETS_UP =
  /^(?:(?:cd|echo|true|:|exit|set|export|mkdir|rm|rimraf|cp|mv|tsc|vue-tsc|eslint|biome|oxlint|prettier|tsup|rollup|webpack|vite build|next build)(?:\s|$)|(?:npm|pnpm|bun|yarn) (?:run )?(?:ci|i|install|build|clean|lint|format|typecheck)(?:[\s:]|$)|yarn$)/;

/** Whether a script does something in each of these folders, and tests nothing beside them. */
export function onlyTestsIn(member: NodePackage, script: string, folders: readonly string[]): boolean {
  const steps = stepsOf(member, script);
  const isElsewhere = (step: Step) => step.folder === '' && !folders.some((folder) => isIn(step, folder));
  return (
    folders.every((folder) => steps.some((step) => isIn(step, folder))) &&
    !steps.some(({ command, folder }) => folder === '' && runnerIn(command) !== undefined) &&
    steps.every((step) => !isElsewhere(step) || SETS_UP.test(withoutStarter(step.command)))
  );
}

/** Whether a script mends what it finds, or calls one that does. */
export function mends({ scripts }: NodePackage, script: string, calls = 0): boolean {
  if (/ (?:--fix|--write|-w)\b/.test(script)) return true;
  if (calls === MOST_CALLS) return false;
  const called = [...script.matchAll(/[\w.-]+:[\w:.-]*\*?|(?<=run )[\w:.-]+/g)].flatMap(([name]) =>
    name.endsWith('*') ? Object.keys(scripts).filter((each) => each.startsWith(name.slice(0, -1))) : [name],
  );
  return called.some(
    (name) => scripts[name] !== undefined && mends({ scripts } as NodePackage, scripts[name], calls + 1),
  );
}

const startsBrowser = (command: string): boolean =>
  runnerIn(command) === 'playwright' || /(?:^|[\s"'])cypress run(?:$|[\s"'])/.test(command);

const CODE = /\.(?:[cm]?[jt]sx?|sh|bash)$/;
/** A file or a folder that is called after tests. */
const OF_TESTS = /(?:^|[/._-])(?:tests?|specs?|__tests__|e2e|cypress)(?:[/._-]|$)/i;

/** Whether a script tests something, as far as its words and the package's files tell: it starts a runner or a file of the package, or there are tests. */
export const isOfTests = (member: NodePackage, script: string, files: readonly string[]): boolean =>
  files.some((file) => OF_TESTS.test(file)) ||
  commandsOf(member, script).some(
    (command) =>
      runnerIn(command) !== undefined ||
      startsBrowser(command) ||
      command.split(/[\s"']+/).some((word) => CODE.test(word) && files.includes(posix.normalize(word))),
  );

/** Whether all that a script tests needs a browser. */
export const isForBrowsers = (member: NodePackage, script: string): boolean =>
  commandsOf(member, script).some(startsBrowser) &&
  !commandsOf(member, script).some((command) => runnerIn(command) !== undefined && !startsBrowser(command));

/** A script without its parts that need a browser, if others test something. */
export function besideBrowsers(member: NodePackage, script: string): string {
  if (isForBrowsers(member, script)) return script;
  const parts = script.split('&&').map((part) => part.trim());
  return parts.filter((part) => !isForBrowsers(member, part)).join(' && ');
}

const withoutStarter = (command: string): string =>
  bareWords(command).replace(/^(?:npx(?: --no-install)?|pnpm exec|yarn(?: run)?|bunx) /, '');

const CHECKS_TYPES = /^(?:tsc|vue-tsc|tsgo|svelte-check|astro check|nux[it] typecheck)(?=\s|$)[^;|&`]*$/;
/** Writes types that a type checker looks for. */
const WRITES_TYPES =
  /^(?:(?:svelte-kit|astro) sync|nux[it] prepare|(?:react-router|next) typegen)(?=\s|$)[^;|&`]*$/;

/** Whether a script checks types, and does nothing else. */
export function onlyChecksTypes(member: NodePackage, script: string): boolean {
  const commands = commandsOf(member, script).map(withoutStarter);
  return (
    commands.some((command) => CHECKS_TYPES.test(command)) &&
    commands.every((command) => CHECKS_TYPES.test(command) || WRITES_TYPES.test(command))
  );
}
