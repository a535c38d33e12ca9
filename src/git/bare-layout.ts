import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { headRef } from './store/refs.ts';

/** Makes a bare repository without anything in it, as `git init` leaves one: only files are written. */
export const layOutBare = async (folder: string, config: string, branch = 'main'): Promise<void> => {
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, 'config'), config);
  await writeFile(path.join(folder, 'HEAD'), `ref: ${headRef(branch)}\n`);
};
