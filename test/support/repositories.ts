import path from 'node:path';
import { commit, git } from '../git/fixture.ts';

/** The content with which each of them begins. */
export const CONTENT = { 'a.txt': 'one\ntwo\nthree\n', 'docs/b.txt': 'b\n' } as const;

/** A repository whose objects are named by SHA-256, with one commit. */
export const sha256Repository = (root: string, files: Record<string, string> = CONTENT): string => {
  const folder = path.join(root, 'sha256');
  git(root, 'init', '--quiet', '--object-format=sha256', '-b', 'main', folder);
  commit(folder, files, 'start');
  return folder;
};
