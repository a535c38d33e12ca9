import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../homes/atomic-file.ts';
import { readPlain } from './worktree/plain-files.ts';

/**
 * Puts a bare repository's own settings back to what Baton wrote. An agent can write there, and each of
 * these files can make git run a command or see other content.
 */
export const restoreSettings = async (bare: string, config: string): Promise<void> => {
  await keep(path.join(bare, 'config'), config);
  for (const name of [
    'info/exclude',
    'info/attributes',
    'info/grafts',
    'config.worktree',
    'objects/info/alternates',
    'commondir',
  ]) {
    await rm(path.join(bare, name), { force: true, recursive: true });
  }
};

const keep = async (file: string, content: string): Promise<void> => {
  const now = await readPlain(file).catch(() => undefined);
  if (now?.toString('utf8') === content) return;
  if (now === undefined) await rm(file, { force: true, recursive: true });
  await writeFileAtomic(file, content);
};
