/** What the file system says if somebody else added, removed or replaced something between two looks at it. */
const OTHERS_AT_WORK = new Set(['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'EISDIR', 'EINVAL']);
/** A watcher or a dev server hits the same moment twice in a row, not ten times. */
export const MOST_TRIES = 10;

/**
 * Does `work`, which may be begun anew at any point, in a folder that others write to: once more whenever they got in its
 * way. @throws what stood in the way at the last try
 */
export const whileChanging = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (tried === MOST_TRIES || !OTHERS_AT_WORK.has(code ?? '')) throw error;
    }
  }
};
