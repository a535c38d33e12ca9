import { folderOf, inFolder, resolvePath } from './paths.ts';
import type { Started } from './program.ts';

/** What Node and its like append to a path that names no file. */
const NODE_ENDINGS = [
  '',
  ...['.js', '.mjs', '.cjs', '.ts', '.mts', '.json'].flatMap((end) => [end, `/index${end}`]),
  '/__main__.py',
];

/** The tracked files that a command started in `folder` runs first. */
export function startedFiles(started: Started, folder: string, tracked: ReadonlySet<string>): string[] {
  const { path, module, goPackage } = started;
  if (path !== undefined) {
    const found = resolvePath(folder, path);
    const file = found && NODE_ENDINGS.map((ending) => `${found}${ending}`).find((name) => tracked.has(name));
    return file === undefined || file === '' ? [] : [file];
  }
  if (module !== undefined) {
    const inner = module.replaceAll('.', '/');
    const names = ['', 'src'].flatMap((at) =>
      [`${inner}.py`, `${inner}/__main__.py`].map((n) => inFolder(at, n)),
    );
    return names.map((name) => inFolder(folder, name)).filter((name) => tracked.has(name));
  }
  const found = goPackage === undefined ? undefined : resolvePath(folder, goPackage);
  if (found === undefined) return [];
  if (tracked.has(found)) return [found];
  return [...tracked].filter(
    (file) => folderOf(file) === found && file.endsWith('.go') && !file.endsWith('_test.go'),
  );
}
