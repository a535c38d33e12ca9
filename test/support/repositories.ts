import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { commit, git, userRepository } from '../git/fixture.ts';

/** The content with which each of them begins. */
export const CONTENT = { 'a.txt': 'one\ntwo\nthree\n', 'docs/b.txt': 'b\n' } as const;

/** A repository whose objects are named by SHA-256, with one commit. */
export const sha256Repository = (root: string, files: Record<string, string> = CONTENT): string => {
  const folder = path.join(root, 'sha256');
  git(root, 'init', '--quiet', '--object-format=sha256', '-b', 'main', folder);
  commit(folder, files, 'start');
  return folder;
};

/** A clone of a repository with two versions of a file, without what the filter leaves out. */
export const partialClone = (root: string, filter: string): string => {
  const source = userRepository(root, CONTENT);
  commit(source, { 'a.txt': 'another\n', 'c.txt': 'c\n' });
  commit(source, CONTENT);
  git(source, 'config', 'uploadpack.allowFilter', 'true');
  const folder = path.join(root, 'partial');
  git(root, 'clone', '--quiet', `--filter=${filter}`, `file://${source}`, folder);
  return folder;
};

/** A clone that borrows its objects of another repository, which is `<root>/origin`. */
export const referenceClone = (root: string): string => {
  const source = userRepository(root, CONTENT);
  const folder = path.join(root, 'reference');
  git(root, 'clone', '--quiet', '--reference', source, source, folder);
  return folder;
};

/** A repository whose checkout shows a part of it only. */
export const sparseRepository = (root: string): string => {
  const source = userRepository(root, { ...CONTENT, 'src/deep/base.ts': 'base\n' });
  git(source, 'sparse-checkout', 'set', '--cone', 'docs');
  return source;
};

export interface WithModules {
  /** The user's clone of `<root>/server/app`, whose submodules aren't checked out. */
  readonly origin: string;
  /** Where the submodule `vendor/lib` comes from, by a relative URL; it has `inner` as a submodule. */
  readonly lib: string;
  /** Commits of `lib`, oldest first: the second is the one that the repository has. */
  readonly versions: readonly [string, string, string];
}

/** A repository with a submodule that has one itself. */
export const repositoryWithModules = (root: string, more: Record<string, string> = {}): WithModules => {
  const server = path.join(root, 'server');
  const [app, lib, inner] = ['app', 'lib', 'inner'].map((name) => {
    const folder = path.join(server, name);
    mkdirSync(folder, { recursive: true });
    git(folder, 'init', '--quiet', '-b', 'main');
    return folder;
  }) as [string, string, string];
  commit(inner, { 'inner.txt': 'inner\n' });
  const addModule = (to: string, url: string, at: string) =>
    git(to, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', url, at);
  git(lib, 'remote', 'add', 'origin', lib);
  git(app, 'remote', 'add', 'origin', app);
  const first = commit(lib, { 'lib.txt': '1\n', '.gitignore': 'built\n' });
  addModule(lib, '../inner', 'deps/inner');
  const second = commit(lib, { 'lib.txt': '2\n' });
  commit(app, { ...CONTENT, ...more });
  addModule(app, '../lib', 'vendor/lib');
  commit(app, {}, 'with a submodule');
  const third = commit(lib, { 'lib.txt': '3\n', 'new.txt': 'new\n' });
  const origin = path.join(root, 'clone', 'app');
  git(root, 'clone', '--quiet', app, origin);
  return { origin, lib, versions: [first, second, third] };
};
