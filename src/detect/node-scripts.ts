/** What the scripts of a `package.json` do. */
import type { NodePackage } from './node-project.ts';
import { bareWords, runnerIn } from './node-runners.ts';

/** What npm puts into a new project's `test`. */
const NO_TEST = /no test specified/;

/** What a package's tests are started by, if it isn't what npm puts there. */
export const scriptOf = (member: NodePackage): string | undefined => {
  const script = member.scripts.test;
  return script === undefined || NO_TEST.test(script) ? undefined : followed(member, script);
};

const CALL =
  /^(?:npm(?: run)?|pnpm(?: run)?|yarn(?: run)?|bun run)(?: -s| --silent)? ([\w:.-]+)(?: --)?( [^&|;]*)?$/;
/** Scripts that call each other in a circle end somewhere. */
const MOST_CALLS = 4;

/** A script that does nothing but call another one stands for that, with the words it adds; so does each part of a chain that starts a runner in the end. */
function followed(member: NodePackage, script: string, calls = 0): string {
  const parts = script.split('&&').map((part) => part.trim());
  if (parts.length > 1)
    return parts
      .map((part) => {
        const whole = followed(member, part, calls);
        return whole.split('&&').some((each) => runnerIn(each) !== undefined) ? whole : part;
      })
      .join(' && ');
  const [, name = '', words = ''] = CALL.exec(script.trim()) ?? [];
  const next = member.scripts[name];
  // Words would go to the last part of a chain alone, as npm has it.
  if (next === undefined || calls === MOST_CALLS) return script;
  return followed(member, `${next}${words}`, calls + 1);
}

/** The commands of a script, with those of the scripts that it calls in their places. */
const commandsOf = (member: NodePackage, script: string, calls = 0): string[] =>
  script.split('&&').flatMap((part) => {
    const [, name = '', words = ''] = CALL.exec(part.trim()) ?? [];
    const next = member.scripts[name];
    return next === undefined || calls === MOST_CALLS
      ? [part.trim()]
      : commandsOf(member, `${next}${words}`, calls + 1);
  });

/** Whether a script does something in a folder. */
export const isNamedIn = (member: NodePackage, script: string, folder: string): boolean =>
  commandsOf(member, script).some((command) =>
    command.split(/[\s"'=;()]+/).some((word) => word.replace(/^\.\//, '').replace(/\/$/, '') === folder),
  );

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

const CHECKS_TYPES = /^(?:tsc|vue-tsc|tsgo|svelte-check|astro check|nux[it] typecheck)(?=\s|$)[^;|&`]*$/;
/** Writes types that a type checker looks for. */
const WRITES_TYPES =
  /^(?:(?:svelte-kit|astro) sync|nux[it] prepare|(?:react-router|next) typegen)(?=\s|$)[^;|&`]*$/;

/** Whether a script checks types, and does nothing else. */
export function onlyChecksTypes(member: NodePackage, script: string): boolean {
  const commands = commandsOf(member, script).map((command) =>
    bareWords(command).replace(/^(?:npx(?: --no-install)?|pnpm exec|yarn(?: run)?|bunx) /, ''),
  );
  return (
    commands.some((command) => CHECKS_TYPES.test(command)) &&
    commands.every((command) => CHECKS_TYPES.test(command) || WRITES_TYPES.test(command))
  );
}
