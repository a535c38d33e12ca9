/** More would only queue: libuv has four threads for files by default, and each piece of work waits for one. */
const AT_ONCE = 8;

/**
 * Works on the items as they come, eight at a time. The first error ends the iteration; it is thrown when the work that
 * had begun has ended, so that nothing goes on behind the caller's back. `work` returns true to end it without an error.
 *
 * @param lane which of the eight works on it, for buffers that are used again
 */
export async function inParallel<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item, lane: number) => Promise<unknown>,
): Promise<void> {
  const iterator = from(items);
  let ended = false;
  const lane = async (_: unknown, index: number) => {
    try {
      while (!ended) {
        const next = await iterator.next();
        if (next.done || ended) return;
        if ((await work(next.value, index)) === true) ended = true;
      }
    } catch (error) {
      ended = true;
      throw error;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
  await iterator.return(undefined);
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
}

async function* from<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item, void> {
  yield* items;
}
