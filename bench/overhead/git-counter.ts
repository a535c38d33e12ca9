import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

export interface GitCounter {
  /** A PATH on which the git that counts comes first. */
  readonly path: string;
  runs(): Promise<number>;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A `git` that notes each of its runs with a byte in a file and becomes the real one. Git's runs of itself go past it. */
export async function gitCounter(directory: string): Promise<GitCounter> {
  const folder = path.join(directory, 'counting-git');
  const notes = path.join(directory, 'git-runs');
  const { stdout: git } = await execa('sh', ['-c', 'command -v git']);
  await mkdir(folder);
  await writeFile(notes, '');
  await writeFile(
    path.join(folder, 'git'),
    `#!/bin/sh\necho >> ${quoted(notes)}\nexec ${quoted(git)} "$@"\n`,
  );
  await chmod(path.join(folder, 'git'), 0o755);
  return {
    path: `${folder}${path.delimiter}${process.env.PATH}`,
    runs: async () => (await stat(notes)).size,
  };
}
