import { BatonError } from '../domain/failures.ts';
import type { Held } from '../services/shared.ts';
import { type ReadyService, type Served, servedBy, UNSERVED } from './served.ts';
import { ServiceInstance } from './service-instance.ts';
import type { Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** Work in a tree. */
export interface InTree {
  readonly shop: Workshop;
  readonly site: Site;
  readonly tree: Tree;
  readonly signal?: AbortSignal | undefined;
}

const NEVER = new AbortController().signal;

/** All services of baton.yaml, for who doesn't name those that it wants. */
export const allServices = ({ config }: Site): readonly string[] => Object.keys(config.services ?? {});

/**
 * The services that one piece of work in a tree uses, from when it first wants them until its end. Whoever uses one of
 * the same tree meanwhile shares it.
 */
export class ServiceUse {
  private readonly held = new Map<string, Promise<Held<ReadyService>>>();
  private readonly ready: ReadyService[] = [];

  constructor(private readonly of: InTree) {}

  /**
   * Starts those that don't run, and comes back when all are ready.
   *
   * @throws BatonError `ServiceFailed` if one doesn't get ready, or has ended since
   */
  async wanted(names: readonly string[]): Promise<Served> {
    if (names.length === 0) return UNSERVED;
    const settled = await Promise.allSettled(names.map((name) => this.one(name)));
    return servedBy(
      settled.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value.served;
      }),
    );
  }

  /**
   * Told after what came out red: a service that is dead is no test's fault.
   *
   * @throws BatonError `ServiceFailed` if one of those that are used isn't ready any more
   */
  async mustBeUp(): Promise<void> {
    const { signal = NEVER } = this.of;
    for (const { process } of this.ready) {
      await process.isUp(signal);
      const error = process.error();
      if (error !== undefined) throw error;
    }
  }

  /** Whether one of those that were ready can't be used any more. */
  get someEnded(): boolean {
    return this.ready.some(({ process }) => process.error() !== undefined);
  }

  /** Aborted with the error once one of those that are used can't be used any more. */
  get failed(): AbortSignal {
    const abort = new AbortController();
    for (const { process } of this.ready) process.onFault(() => abort.abort(process.error()));
    return abort.signal;
  }

  /** Ends those that nobody else uses. */
  async end(): Promise<void> {
    const all = await Promise.allSettled(this.held.values());
    this.held.clear();
    await Promise.all(all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.release()] : [])));
  }

  private async one(name: string): Promise<ReadyService> {
    const known = this.held.get(name);
    if (known === undefined) {
      const { shop, site, tree, signal = NEVER } = this.of;
      const kind = {
        make: (aborted: AbortSignal) => this.begin(name, aborted),
        end: (instance: ReadyService) => instance.end(),
      };
      const holding = shop.services.hold(`${site.ref.feature} ${tree.path} ${name}`, kind, signal);
      this.held.set(name, holding);
      const { value } = await holding;
      this.ready.push(value);
      return value;
    }
    const { value } = await known;
    const error = value.process.error();
    if (error !== undefined) throw error;
    return value;
  }

  private async begin(name: string, signal: AbortSignal): Promise<ReadyService> {
    const { shop, site, tree } = this.of;
    const config = site.config.services?.[name];
    if (config === undefined) throw new BatonError('BadInput', `baton.yaml has no services.${name}`);
    // Its own as long as it runs.
    const use = new ServiceUse({ shop, site, tree, signal });
    try {
      const served = await use.wanted(config.services ?? []);
      const instance = await ServiceInstance.begin({ shop, site, tree, name, config, served }, signal);
      instance.afterwards(() => use.end());
      return instance;
    } catch (error) {
      await use.end();
      throw error;
    }
  }
}

/** Does work that uses services of a tree, and ends them after it. */
export async function usingServices<T>(of: InTree, work: (use: ServiceUse) => Promise<T>): Promise<T> {
  const use = new ServiceUse(of);
  try {
    return await work(use);
  } finally {
    await use.end();
  }
}

/** Runs one command with services, and tells a dead one from a command that failed. */
export const withServices = <T>(
  of: InTree,
  names: readonly string[],
  command: (served: Served) => Promise<T>,
  isRed: (value: T) => boolean,
): Promise<T> =>
  usingServices(of, async (use) => {
    const value = await command(await use.wanted(names));
    if (isRed(value)) await use.mustBeUp();
    return value;
  });
