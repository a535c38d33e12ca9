import { rm } from 'node:fs/promises';
import path from 'node:path';
import { readTextIfThere, writeFileAtomic } from '../homes/atomic-file.ts';

/** Content of the file that lists what is kept out of git in a clone; see link-and-copy.ts. */
export const excludedFile = (clone: string): string => clone.replace(/\.git$/, '.excluded');

/**
 * Puts a bare repository's own settings back to what Baton wrote. An agent can write there, and each of
 * these files can make git run a command or see other content.
 */
export const restoreSettings = async (bare: string, config: string): Promise<void> => {
  await keep(path.join(bare, 'config'), config);
  await keep(path.join(bare, 'info', 'exclude'), (await readTextIfThere(excludedFile(bare))) ?? '');
  for (const name of [
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
  const now = await readTextIfThere(file).catch(() => undefined);
  if (now === content) return;
  if (now === undefined) await rm(file, { force: true, recursive: true });
  await writeFileAtomic(file, content);
};
