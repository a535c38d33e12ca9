import { isOrdinary } from './ordinary-values.ts';
import { blotOut, blotOutDeep, isLongEnough, type Secret } from './secrets.ts';

/**
 * What a worker must not let out of its processes: values only come to it. One for all features of the worker, because
 * what one feature's commands can read, another's may print.
 */
export class KnownSecrets {
  #list: readonly Secret[] = [];
  readonly #values = new Set<string>();

  /** All of them; another array once there are more. */
  get list(): readonly Secret[] {
    return this.#list;
  }

  /** Takes values up that aren't known yet, and that can be told from ordinary text. */
  add(secrets: readonly Secret[]): void {
    const fresh = secrets.filter(({ name, value }) => {
      if (this.#values.has(value) || !isLongEnough(value) || isOrdinary(name, value)) return false;
      this.#values.add(value);
      return true;
    });
    if (fresh.length > 0) this.#list = [...this.#list, ...fresh];
  }

  text(text: string): string {
    return blotOut(text, this.#list);
  }

  deep<T>(value: T): T {
    return blotOutDeep(value, this.#list);
  }
}
