import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { ContentFilter, GitContent } from '../../domain/git-content.ts';
import { isLocal, normaliseOrigin } from '../remote/origin.ts';
import { runGit } from '../run-git.ts';
import { gitText, repositoryAt } from '../user-repository.ts';

/** What a start has to say about the filters that a repository's attributes name. */
export interface UsersContent {
  /** Undefined: the person's git changes no file. */
  readonly content: GitContent | undefined;
  /** Sentences for people. */
  readonly notices: readonly string[];
  /** Why the feature can't be started. */
  readonly problem: string | undefined;
}

/** Keep their keys in the repository's own `.git`, which Baton's git never reads. */
const KEYS_IN_GIT = /\b(?:git-crypt|transcrypt)\b/;
const MOST_CONFIG = 1024 * 1024;

/**
 * What the person's git is set up with: the system's settings, the person's own, and those of the repository that was
 * named, if it is a folder here. Read when a person starts a feature; nothing is run but `git config`.
 *
 * @param attributes - the text of each `.gitattributes` of the base commit
 */
export const usersContent = async (origin: string, attributes: readonly string[]): Promise<UsersContent> => {
  const settings = new Map<string, Setting>();
  for (const each of [...(await usersSettings()), ...(await repositorySettings(origin))])
    settings.set(each.key, each);
  const value = (key: string) => settings.get(key)?.value;
  const notices: string[] = [];
  const filters: ContentFilter[] = [];
  for (const name of filtersNamed(attributes)) {
    const filter = filterOf(name, (key) => value(`filter.${name}.${key}`));
    const problem = await filterProblem(filter);
    const { required = false, ...commands } = filter;
    const from = ['process', 'smudge', 'clean'].map((key) => settings.get(`filter.${name}.${key}`)?.from);
    if (problem === undefined) {
      filters.push(filter);
      const run = [...new Set([commands.process ?? commands.clean, commands.process ?? commands.smudge])];
      const words = run.filter((each) => each !== undefined).map((each) => `\`${each}\``);
      notices.push(
        `Files with the attribute filter=${name} go through ${words.join(' and ')} (${from.find(Boolean)}).`,
      );
    } else if (required)
      return {
        content: undefined,
        notices,
        problem: `The repository's .gitattributes need the filter "${name}", which your git is told to require, and ${problem}`,
      };
    else
      notices.push(
        `The repository's .gitattributes name the filter "${name}", and ${problem} Its files stay as they are committed.`,
      );
  }
  return { content: contentFrom(value, filters), notices, problem: undefined };
};

const contentFrom = (
  value: (key: string) => string | undefined,
  filters: readonly ContentFilter[],
): GitContent | undefined => {
  const autocrlf = value('core.autocrlf')?.toLowerCase();
  const eol = value('core.eol')?.toLowerCase();
  const content: GitContent = {
    ...(autocrlf === 'input' && { autocrlf }),
    ...(autocrlf !== undefined && isTrue(autocrlf) && { autocrlf: 'true' }),
    ...((eol === 'lf' || eol === 'crlf') && { eol }),
    ...(filters.length > 0 && { filters }),
  };
  return Object.keys(content).length > 0 ? content : undefined;
};

const isTrue = (value: string): boolean => /^(?:true|yes|on|[1-9]\d*)$/i.test(value);

const filterOf = (name: string, value: (key: string) => string | undefined): ContentFilter => {
  const [clean, smudge, process, required] = ['clean', 'smudge', 'process', 'required'].map(value);
  return {
    name,
    ...(clean && { clean }),
    ...(smudge && { smudge }),
    ...(process && { process }),
    ...(required !== undefined && isTrue(required) && { required: true }),
  };
};

/** Why a filter isn't run, as the end of a sentence with what to do. */
const filterProblem = async ({
  name,
  clean,
  smudge,
  process,
}: ContentFilter): Promise<string | undefined> => {
  const commands = [process, clean, smudge].filter((each) => each !== undefined);
  const install =
    name === 'lfs' ? 'install git-lfs and run `git lfs install`' : `set filter.${name}.clean and .smudge`;
  if (commands.length === 0) return `your git isn't set up for it: ${install}.`;
  const keeper = commands.find((command) => KEYS_IN_GIT.test(command));
  if (keeper !== undefined)
    return `\`${keeper}\` looks for its key in the repository's own .git, which Baton doesn't read: unlock nothing, and keep such files out of the work.`;
  for (const command of commands) {
    const program = /^[^\s'"$`\\;|&<>()=]+(?=\s|$)/.exec(command)?.[0];
    if (program !== undefined && !(await isInstalled(program)))
      return `the program \`${program}\` isn't installed here: ${install}.`;
  }
  return undefined;
};

const isInstalled = async (program: string): Promise<boolean> => {
  const places = program.includes('/')
    ? [program]
    : (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, program));
  for (const at of places) {
    const found = await access(at, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return SHELLS_OWN.has(program);
};
const SHELLS_OWN = new Set(['test', 'true', 'false', 'printf', 'echo', 'exec', 'command', 'read', 'cd']);

/** Names that attributes give to filters, whichever files they are for. */
const filtersNamed = (attributes: readonly string[]): string[] => {
  const lines = attributes.flatMap((text) => text.split(/\r?\n/)).filter((line) => !/^\s*#/.test(line));
  const names = lines.flatMap((line) => [...line.matchAll(/\sfilter=(\S+)/g)].map((match) => match[1] ?? ''));
  return [...new Set(names)].filter((name) => /^[\w.+-]+$/.test(name)).sort();
};

interface Setting {
  readonly key: string;
  readonly value: string;
  /** For people. */
  readonly from: string;
}

const usersSettings = async (): Promise<Setting[]> => {
  const { stdout } = await runGit(['config', '--list', '--includes', '--show-origin', '-z'], {
    cwd: path.parse(process.cwd()).root,
    user: true,
    allow: [1],
  });
  const parts = stdout.split('\0');
  return parts.flatMap((from, index) =>
    index % 2 === 1 || !from.startsWith('file:') ? [] : [setting(parts[index + 1] ?? '', from.slice(5))],
  );
};

/** Of the repository as text, so that no `include` in it is followed. */
const repositorySettings = async (origin: string): Promise<Setting[]> => {
  if (!isLocal(origin)) return [];
  const repo = await repositoryAt(normaliseOrigin(origin));
  if (repo === undefined) return [];
  const file = path.join(repo.common, 'config');
  const { stdout } = await runGit(['config', '--file', '-', '--no-includes', '-z', '--list'], {
    cwd: '/',
    input: (await gitText(file, MOST_CONFIG)) ?? '',
    allow: [1, 128],
  });
  return stdout
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => setting(entry, file));
};

const setting = (entry: string, from: string): Setting => {
  const [key = '', value = 'true'] = entry.split(/\n(.*)/s);
  return { key, value, from };
};
