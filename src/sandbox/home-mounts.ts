import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * Bubblewrap's options that show `folder` without what is `hidden` below it, all else read-only. Whatever holds
 * something hidden becomes an empty folder in memory, in which the rest is put back: so what is made or renamed later
 * outside isn't seen either, and programs may write beside it for as long as the sandbox lives.
 *
 * @param real - where the folder lies, if a link led to it
 */
export async function withoutHidden(
  folder: string,
  hidden: readonly string[],
  real = folder,
): Promise<string[]> {
  const options = ['--tmpfs', folder];
  const entries = await readdir(real, { withFileTypes: true }).catch(() => [] as Dirent[]);
  for (const entry of entries) {
    const at = path.join(folder, entry.name);
    const from = path.join(real, entry.name);
    if (hidden.includes(at) || hidden.includes(from)) continue;
    const holdsHidden = hidden.some((each) => each.startsWith(`${at}/`) || each.startsWith(`${from}/`));
    if (entry.isSymbolicLink()) {
      const to = await readlink(from).catch(() => undefined);
      // A place in it is to be another one: the link would lead out of what can be changed.
      const target = holdsHidden ? await realpath(from).catch(() => undefined) : undefined;
      if (target !== undefined) options.push(...(await withoutHidden(at, hidden, target)));
      else if (to !== undefined) options.push('--symlink', to, at);
    } else if (entry.isDirectory() && holdsHidden) options.push(...(await withoutHidden(at, hidden, from)));
    else if (entry.isDirectory() || entry.isFile()) options.push('--ro-bind-try', from, at);
  }
  return options;
}
