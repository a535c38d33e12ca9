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
