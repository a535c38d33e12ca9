import { BatonError } from '../domain/failures.ts';
import { isRefusal } from './git-error.ts';
import { runGit } from './run-git.ts';

/**
 * Settings of somebody's repository that say what its data is, or what it lets in, and can't name a program, a path or
 * another file. All others stay unread.
 */
const KEPT = new Set([
  ...['core.sharedrepository', 'core.filemode', 'core.symlinks', 'core.ignorecase', 'core.precomposeunicode'],
  ...['extensions.objectformat', 'extensions.refstorage'],
  ...['receive.denydeletes', 'receive.denynonfastforwards', 'receive.denydeletecurrent'],
  ...['receive.fsckobjects', 'receive.maxinputsize', 'receive.unpacklimit'],
  ...['transfer.fsckobjects', 'transfer.unpacklimit', 'transfer.hiderefs', 'receive.hiderefs'],
  ...['uploadpack.hiderefs', 'uploadpack.allowanysha1inwant', 'uploadpack.allowtipsha1inwant'],
  ...['uploadpack.allowreachablesha1inwant', 'uploadpack.allowfilter'],
]);
const VALUE = /^[\w!^./*-]{1,200}$/;
/** Of most repositories nothing has to be known: git is only asked about others. */
const WORTH_READING =
  /sharedrepository|extensions|receive|transfer|uploadpack|(?:filemode|symlinks)\s*=\s*false|(?:ignorecase|precomposeunicode)\s*=\s*true/i;

const known = new Map<string, string>();
const MOST_KNOWN = 32;

/** A `config` for a view of a repository with this one, whose file is named for people. */
export const safeConfig = async (text: string, file: string, bare: boolean): Promise<string> => {
  const kept = WORTH_READING.test(text) ? (known.get(text) ?? (await readSettings(text, file))) : '';
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, kept);
  const version = kept.includes('[extensions]') ? 1 : 0;
  return `[core]\n\trepositoryformatversion = ${version}\n\tbare = ${bare}\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n${kept}`;
};

/** Git takes the text from its standard input, so that it is what was read, and follows no `include` in it. */
const readSettings = async (text: string, file: string): Promise<string> => {
  const { stdout } = await runGit(['config', '--file', '-', '--no-includes', '-z', '--list'], {
    cwd: '/',
    input: text,
  }).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    throw new BatonError('Repository', `git can't read ${file}: ${error.stderr.trim()}`);
  });
  return stdout
    .split('\0')
    .map((entry) => entry.split(/\n(.*)/s))
    .filter(([key = '', value = '']) => KEPT.has(key) && VALUE.test(value))
    .map(([key = '', value = '']) => {
      const [section, name] = key.split('.');
      return `[${section}]\n\t${name} = "${value}"\n`;
    })
    .join('');
};
