import { BatonError } from '../../domain/failures.ts';
import { isRefusal } from '../git-error.ts';
import { runGit } from '../run-git.ts';

/** A submodule as `.gitmodules` has it. */
export interface DeclaredModule {
  readonly name: string;
  readonly path: string;
  /** As it is said there: perhaps relative. */
  readonly url: string;
}

/** Names that a file system may take for `.git`, or that lead elsewhere. */
const ODD = /^(?:\.{0,2}|\.?git(?:~1)?[ .]*(?::.*)?)$/i;
const isPlain = (place: string): boolean =>
  !place.includes('\\') && !place.startsWith('-') && place.split('/').every((part) => !ODD.test(part));

/**
 * What a `.gitmodules` declares. Of its settings only names, paths and URLs are read: `update = !command` is none.
 * @throws BatonError `Repository` where git can't read it, or where a name or path could lead out of its place
 */
export const declaredModules = async (text: string, where: string): Promise<DeclaredModule[]> => {
  // Git takes the text from its standard input, and follows no `include` in it.
  const args = ['config', '--file', '-', '--no-includes', '-z', '--list'];
  const { stdout } = await runGit(args, { cwd: '/', input: text }).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    throw new BatonError('Repository', `git can't read .gitmodules of ${where}: ${error.stderr.trim()}`);
  });
  const found = new Map<string, { path?: string; url?: string }>();
  for (const entry of stdout.split('\0')) {
    const [, name, key, value] = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(entry) ?? [];
    if (name === undefined || value === undefined) continue;
    // Git takes the last one of several.
    found.set(name, { ...found.get(name), [key === 'path' ? 'path' : 'url']: value });
  }
  return [...found].flatMap(([name, { path, url }]) => {
    if (path === undefined || url === undefined) return [];
    for (const each of [name, path])
      if (!isPlain(each))
        throw new BatonError(
          'Repository',
          `.gitmodules of ${where} has a submodule "${each}", a name that could lead out of its place: rename it`,
        );
    return [{ name, path, url }];
  });
};
