/** Runs work one at a time per key, in this process. */
export type KeyedMutex = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** A new set of locks; a key takes no memory while nobody uses it. */
export const createKeyedMutex = (): KeyedMutex => {
  const tails = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    const tail = result.catch(() => undefined);
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return result;
  };
};
