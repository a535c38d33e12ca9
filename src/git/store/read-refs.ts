import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readIfRegular } from '../../files/regular-file.ts';

const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR']);
const REF = /^([0-9a-f]{40,64})(?: (\S+))?$/;

/**
 * All refs of a bare repository of Baton's own below `prefix` (which ends in `/`), or the one of that name: ref ->
 * commit. Reads git's files as they are documented (gitrepository-layout): loose ones count before packed ones.
 */
export const readRefs = async (bare: string, prefix: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  const wanted = (ref: string) => (prefix.endsWith('/') ? ref.startsWith(prefix) : ref === prefix);
  const packed = (await readIfRegular(path.join(bare, 'packed-refs')))?.toString('utf8') ?? '';
  for (const line of packed.split('\n')) {
    const [, id, ref] = REF.exec(line) ?? [];
    if (id !== undefined && ref !== undefined && wanted(ref)) found.set(ref, id);
  }
  const loose = prefix.endsWith('/') ? await filesBelow(bare, prefix.slice(0, -1)) : [prefix];
  for (const ref of loose) {
    const text = (await readIfRegular(path.join(bare, ref)))?.toString('utf8').trim() ?? '';
    const [, id] = REF.exec(text) ?? [];
    if (id !== undefined) found.set(ref, id);
  }
  // No ref and no repository look the same, and what is done with a branch that isn't there must not be done then.
  if (found.size === 0) await stat(path.join(bare, 'HEAD'));
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
};

const filesBelow = async (root: string, folder: string): Promise<string[]> => {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (!NOTHING_THERE.has(error.code ?? '')) throw error;
      return [];
    },
  );
  const found = await Promise.all(
    entries.map((entry) => {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(root, name);
      return entry.isFile() && !entry.name.endsWith('.lock') ? [name] : [];
    }),
  );
  return found.flat();
};
