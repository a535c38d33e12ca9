import { readdir } from 'node:fs/promises';

/** What is in a folder, in order; nothing where it isn't there or can't be read. */
export const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.sort(),
    () => [],
  );
