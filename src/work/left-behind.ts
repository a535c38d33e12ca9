/** Folders of caches, dependencies and build output, by the usual names. */
const OUTPUT =
  /^(?:\..+|node_modules|__pycache__|dist|build|out|target|coverage|vendor|bin|obj|.+\.egg-info)$/;
/** A folder with more files that checks left is one of theirs, whatever its name. */
const MANY = 20;

/**
 * What set-up and checks left in a tree, as few paths. A folder of which the commit has nothing stands for all that is
 * in it, and ends in `/`: if the set-up made it, if it is a cache or build output by its name, or if it holds many
 * files. Any other is named file by file, since a packet's own work may have to go there.
 */
export const leftBehindIn = (
  left: readonly string[],
  tracked: readonly string[],
  made: readonly string[],
): string[] => {
  const folders = new Set(tracked.flatMap(foldersAbove));
  const untracked = (file: string) => foldersAbove(file).find((folder) => !folders.has(folder));
  const counts = new Map<string, number>();
  for (const file of left) {
    const folder = untracked(file);
    if (folder !== undefined) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const stands = (folder: string) =>
    made.includes(folder) || OUTPUT.test(folder.split('/').at(-1) ?? '') || (counts.get(folder) ?? 0) > MANY;
  const paths = left.map((file) => {
    const folder = foldersAbove(file).find((each) => !folders.has(each) && stands(each));
    return folder === undefined ? file : `${folder}/`;
  });
  return [...new Set(paths)].sort();
};

/** The folders that a file is in, from the top. */
export const foldersAbove = (file: string): string[] =>
  file.split('/').flatMap((_, at, parts) => (at === 0 ? [] : [parts.slice(0, at).join('/')]));
