import { say } from '../output.ts';

/** Steps that take a while: each said when it begins, and measured. */
export class Steps {
  private readonly since = performance.now();
  private readonly measured: { readonly name: string; readonly ms: number }[] = [];

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    say(`${name} …`);
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.measured.push({ name, ms: performance.now() - start });
    }
  }

  get all(): readonly { readonly name: string; readonly ms: number }[] {
    return this.measured;
  }

  /** Milliseconds since the first. */
  elapsed(): number {
    return performance.now() - this.since;
  }
}
