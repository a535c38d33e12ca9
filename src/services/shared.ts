/** Something that several use at once: made for the first of them, ended after the last. */
interface Entry<T> {
  users: number;
  readonly made: Promise<T>;
  readonly abort: AbortController;
}

/** What was asked for, to be given back. */
export interface Held<T> {
  readonly value: T;
  /** Comes back when it has ended, if nobody else uses it. */
  release(): Promise<void>;
}

interface Kind<T> {
  make(signal: AbortSignal): Promise<T>;
  end(value: T): Promise<void>;
}

/** Things of one kind, by name. */
export class Shared<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly ending = new Map<string, Promise<void>>();

  /**
   * The thing of that name, made by `make` if nobody uses one. One that is being ended is waited for.
   *
   * @throws what `make` throws, to all who wait; the signal's reason if that is aborted before
   */
  async hold(key: string, kind: Kind<T>, signal: AbortSignal): Promise<Held<T>> {
    const entry = this.entries.get(key) ?? this.begin(key, kind);
    entry.users += 1;
    let released: Promise<void> | undefined;
    const release = () => {
      released ??= this.release(key, entry, kind);
      return released;
    };
    try {
      return { value: await unlessAborted(entry.made, signal), release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  private begin(key: string, kind: Kind<T>): Entry<T> {
    const abort = new AbortController();
    const before = this.ending.get(key) ?? Promise.resolve();
    const made = before.then(() => kind.make(abort.signal));
    made.catch(() => undefined);
    const entry = { users: 0, made, abort };
    this.entries.set(key, entry);
    return entry;
  }

  private async release(key: string, entry: Entry<T>, kind: Kind<T>): Promise<void> {
    entry.users -= 1;
    if (entry.users > 0) return;
    this.entries.delete(key);
    entry.abort.abort();
    const ended = entry.made.then(
      (value) => kind.end(value),
      () => undefined,
    );
    const settled = ended.catch(() => undefined);
    this.ending.set(key, settled);
    try {
      await ended;
    } finally {
      if (this.ending.get(key) === settled) this.ending.delete(key);
    }
  }
}

async function unlessAborted<T>(made: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([made, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
