import { minimatch } from 'minimatch';
import { buildFiles } from './build-files.ts';
import { checkerOf, withoutMeasured } from './checkers.ts';
import { folderOf, inFolder, namedIn, resolvePath, upwards } from './paths.ts';
import { commandBehind, folderOption, type Program, programOf, startedBy } from './program.ts';
import { type ScriptCalls, scriptCalls } from './script-calls.ts';
import { shellItems } from './shell-words.ts';
import { startedFiles } from './started-files.ts';

/** A repository as far as its commands can be followed. */
export interface CommandsIn {
  readonly tracked: ReadonlySet<string>;
  readonly isTest: (path: string) => boolean;
  /** Path of a package.json -> its scripts. */
  readonly packageScripts: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Where a command stands, for people. */
interface Source {
  /** The key of baton.yaml that it comes from: `checks.test`. */
  readonly key: string;
  /** The script that it stands in, if it isn't in baton.yaml itself. */
  readonly script?: string;
}

const namedBy = ({ key, script }: Source): string =>
  script === undefined ? `named by ${key}` : `${script}, which ${key} calls`;

/**
 * Lists of what a project depends on: packets add to them, and the sections of them that measure are compared one
 * by one.
 */
const DEPENDENCIES =
  /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|bun\.lockb|[^/]*\.lock|pyproject\.toml|setup\.cfg|[^/]*requirements[^/]*\.(?:txt|in)|constraints[^/]*\.txt|Cargo\.toml|go\.(?:mod|sum|work)|Gemfile|composer\.json)$/;
/** They print their words or search for them. */
const PRINTS = new Set('echo printf git grep egrep rg sed awk jq'.split(' '));

/** Follows commands to the files that they name and start, through the scripts of package.json. */
export class CommandFiles {
  /** Path -> why. The first command that names it gives the reason. */
  readonly paths = new Map<string, string>();
  /** Names of the scripts of package.json that are called. */
  readonly scripts = new Set<string>();
  private readonly seen = new Set<string>();

  constructor(private readonly repo: CommandsIn) {}

  /** Follows a command line, or words that are started without a shell. */
  read(command: string | readonly string[], key: string): void {
    if (typeof command === 'string') this.readText(command, '', { key });
    else this.readCommand(command, '', { key });
  }

  private readText(text: string, folder: string, source: Source): void {
    const mark = `${folder}\0${text}\0${source.key}`;
    if (this.seen.has(mark)) return;
    this.seen.add(mark);
    const folders = [folder];
    for (const item of shellItems(text)) {
      const now = folders.at(-1) ?? folder;
      if (item.kind === 'command') {
        for (const file of item.redirections) this.readWord(file, [now], source);
        folders[folders.length - 1] = this.readCommand(item.words, now, source);
      } else if (item.kind === 'open') folders.push(now);
      else folders.pop();
    }
  }

  /** Returns the folder in which the next command runs. */
  private readCommand(words: readonly string[], folder: string, source: Source): string {
    const program = programOf(words);
    if (program?.name === 'cd' || program?.name === 'pushd') return changedFolder(folder, program);
    const option = program && folderOption(program);
    const other = option === undefined ? undefined : resolvePath(folder, option);
    const folders = other === undefined ? [folder] : [folder, other];
    const checker = program && checkerOf(program);
    if (program !== undefined) {
      const started = checker?.startsNothing ? {} : startedBy(program, words[program.at] ?? '');
      for (const file of folders.flatMap((at) => startedFiles(started, at, this.repo.tracked)))
        this.add(file, namedBy(source));
      this.readProgram(program, other ?? folder, source);
    }
    for (const word of program && checker ? withoutMeasured(words, program, checker) : words) {
      this.readWord(word, folders, source);
      // A word with spaces is mostly a command line for another shell: `sh -c "npm test"`, `concurrently "npm:a b"`.
      if (/[\s('"]/.test(word) && !/^[$`]/.test(word) && !PRINTS.has(program?.name ?? ''))
        this.readText(word, folder, source);
    }
    const behind = checker === undefined ? program && commandBehind(program) : undefined;
    if (behind !== undefined) this.readCommand(behind, folder, source);
    return folder;
  }

  private readProgram(program: Program, folder: string, source: Source): void {
    for (const file of buildFiles(program, folder, (path) => this.repo.tracked.has(path)))
      this.add(file, `${program.name}, which ${source.script ?? source.key} starts`);
    const calls = scriptCalls(program);
    if (calls !== undefined) this.call(calls, folder, source);
    if (program.name === 'concurrently')
      for (const word of program.args) {
        const script = /^(?:npm|pnpm|yarn|bun):(.+)$/.exec(word)?.[1];
        if (script !== undefined) this.call({ names: [script], everywhere: false }, folder, source);
      }
  }

  private readWord(word: string, folders: readonly string[], source: Source): void {
    for (const name of namedIn(word))
      for (const folder of folders) {
        const path = resolvePath(folder, name);
        if (path !== undefined && this.repo.tracked.has(path) && !this.repo.isTest(path))
          this.add(path, namedBy(source));
      }
  }

  private call({ names, everywhere }: ScriptCalls, folder: string, source: Source): void {
    const nearest = upwards(folder).map((at) => inFolder(at, 'package.json'));
    const own = nearest.find((path) => this.repo.packageScripts.has(path));
    const packages = everywhere ? [...this.repo.packageScripts.keys()] : own === undefined ? [] : [own];
    for (const name of names) {
      if (!name.includes('*')) this.scripts.add(name);
      for (const path of packages)
        for (const one of this.expand(name, path)) {
          this.scripts.add(one);
          for (const script of [`pre${one}`, one, `post${one}`]) this.readScript(script, path, source.key);
        }
    }
  }

  /** `test:*` of npm-run-all and concurrently is every script that begins so. */
  private expand(name: string, path: string): string[] {
    if (!name.includes('*')) return [name];
    const pattern = name.replaceAll(':', '/');
    const scripts = Object.keys(this.repo.packageScripts.get(path) ?? {});
    return scripts.filter((script) => minimatch(script.replaceAll(':', '/'), pattern));
  }

  private readScript(name: string, path: string, key: string): void {
    const scripts = this.repo.packageScripts.get(path) ?? {};
    const text = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
    const mark = `${path}\0${name}`;
    if (text === undefined || this.seen.has(mark)) return;
    this.seen.add(mark);
    this.readText(text, folderOf(path), { key, script: `script "${name}" of ${path}` });
  }

  private add(path: string, why: string): void {
    if (!this.paths.has(path) && !DEPENDENCIES.test(path)) this.paths.set(path, why);
  }
}

/** Where `cd` leads; a folder that only the shell can tell leaves the folder as it is. */
function changedFolder(folder: string, { args }: Program): string {
  const target = args.find((word) => !word.startsWith('-'));
  const path = target === undefined ? undefined : resolvePath(folder, target);
  return path === undefined || /[$`]/.test(path) ? folder : path;
}
