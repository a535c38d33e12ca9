import type { Dirent } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Bubblewrap's options that show `folder` without what is `hidden` below it, all else read-only. Whatever holds
 * something hidden becomes an empty folder in memory, in which the rest is put back: so what is made or renamed later
 * outside isn't seen either, and programs may write beside it for as long as the sandbox lives.
 */
export async function withoutHidden(folder: string, hidden: readonly string[]): Promise<string[]> {
  const options = ['--tmpfs', folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [] as Dirent[]);
  for (const entry of entries) {
    const at = path.join(folder, entry.name);
    if (hidden.includes(at)) continue;
    if (entry.isSymbolicLink()) {
      const to = await readlink(at).catch(() => undefined);
      if (to !== undefined) options.push('--symlink', to, at);
    } else if (entry.isDirectory() && hidden.some((each) => each.startsWith(`${at}/`)))
      options.push(...(await withoutHidden(at, hidden)));
    else if (entry.isDirectory() || entry.isFile()) options.push('--ro-bind-try', at, at);
  }
  return options;
}
