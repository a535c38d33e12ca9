import path from 'node:path';
import { errorText } from '../domain/error-text.ts';
import { BatonError } from '../domain/failures.ts';
import { type ServiceConfig, toldOf, valuesOf } from '../domain/services-config.ts';
import { noteService, serviceLogFile } from '../homes/service-files.ts';
import { removeTree } from '../installed/remove-tree.ts';
import { takeLane } from '../lanes/lane.ts';
import { temporaryFolder } from '../processes/temporary.ts';
import { type Door, portTo, socketTo } from '../sandbox/doors.ts';
import type { Confined, Unconfined } from '../sandbox/sandbox.ts';
import { ServiceProcess } from '../services/service-process.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineService } from './confine.ts';
import type { ReadyService, Served } from './served.ts';
import type { Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** A service that one tree wants. */
export interface ServiceToBegin {
  readonly shop: Workshop;
  readonly site: Site;
  readonly tree: Tree;
  readonly name: string;
  readonly config: ServiceConfig;
  /** By the services that it uses itself. */
  readonly served: Served;
}

/** A service of one tree that was started. */
export class ServiceInstance implements ReadyService {
  /** What ends it, the newest first. */
  private readonly endings: (() => unknown)[] = [];
  private running: ServiceProcess | undefined;
  private reached: Served | undefined;

  private constructor(private readonly job: ServiceToBegin) {}

  /**
   * Starts it and waits until it is ready. What ends at once is started once more: a port of its own may have been taken
   * by what Baton didn't start.
   *
   * @throws BatonError `ServiceFailed` if it didn't get ready; nothing of it is left then
   */
  static async begin(job: ServiceToBegin, signal: AbortSignal): Promise<ServiceInstance> {
    const first = new ServiceInstance(job);
    if (await first.isBegun(signal)) return first;
    if (!first.process.endedEarly) throw first.error();
    const second = new ServiceInstance(job);
    if (await second.isBegun(signal)) return second;
    throw second.error();
  }

  get process(): ServiceProcess {
    if (this.running === undefined) throw new TypeError(`services.${this.job.name} was not started`);
    return this.running;
  }

  get served(): Served {
    if (this.reached === undefined) throw new TypeError(`services.${this.job.name} is not ready`);
    return this.reached;
  }

  /** Ends it, and what was made for it. What can't be ended now goes with this process; the work's outcome counts. */
  async end(): Promise<void> {
    for (const end of this.endings.splice(0).reverse()) {
      try {
        await end();
      } catch {
        // The next one all the same.
      }
    }
  }

  /** Has `end` done after its own end. */
  afterwards(end: () => unknown): void {
    this.endings.unshift(end);
  }

  private error(): BatonError {
    const { name } = this.job;
    return this.process.error() ?? new BatonError('ServiceFailed', `services.${name} did not get ready`);
  }

  private async isBegun(signal: AbortSignal): Promise<boolean> {
    try {
      await this.start();
      if (await this.process.ready(signal)) return true;
    } catch (error) {
      await this.end();
      throw error;
    }
    await this.end();
    return false;
  }

  private async start(): Promise<void> {
    const { shop, site, tree, name, config, served } = this.job;
    const lane = await takeLane();
    this.endings.push(() => lane.release());
    const sockets = await temporaryFolder('doors');
    this.endings.push(() => removeTree(sockets));
    const ports = Array.from({ length: config.ports }, (_, index) => lane.port + index);
    const doors = ports.map((port): Door => ({ port, socket: path.join(sockets, String(port)) }));
    const own = { ...valuesOf(config.env, lane), ...toldOf(name, lane) };
    const confined = await confineService(this.job, name, config, [lane.folder, sockets]);
    const inside = insideOf(confined);
    if (inside !== undefined) this.endings.push(() => inside.dispose());
    const isSealed = inside !== undefined && config.network !== 'open';
    if (!isSealed) await this.open(doors);
    const set = { ...served.env, ...own, ...lane.env };
    if (inside === undefined && config.stop !== undefined)
      this.endings.push(
        await noteService(shop.home.paths, {
          setting: `services.${name}`,
          stop: config.stop,
          cwd: tree.cwd,
          env: set,
        }),
      );
    const started = await ServiceProcess.start({
      name,
      config,
      cwd: tree.cwd,
      env: {
        ...checkEnvironment(site, tree.packet ?? tree.name, set),
        ...inside?.env,
        // Shared with who uses it, so it is no folder of the sandbox alone.
        BATON_TMP: lane.folder,
      },
      prefix: inside?.prefix ?? [],
      doors: isSealed ? doors : [],
      logFile: serviceLogFile(shop.home.paths, {
        feature: site.ref.feature,
        tree: tree.name,
        service: name,
      }),
      secrets: shop.secrets.list,
    });
    this.running = started;
    this.endings.push(async () => {
      const problem = await started.stop();
      if (problem !== undefined) shop.tell(`${site.ref.feature}/${tree.name}: ${problem}`);
    });
    this.reached = {
      env: own,
      doors,
      readable: [sockets],
      writable: [lane.folder],
      expose: isSealed ? () => this.exposed(doors) : async () => undefined,
    };
  }

  /** The service has the machine's loopback: sockets lead to its ports there. */
  private async open(doors: readonly Door[]): Promise<void> {
    for (const { port, socket } of doors) this.endings.push(await socketTo(port, socket));
  }

  /** It has a loopback of its own, and who uses it has the machine's: ports there lead to its sockets. */
  private exposed(doors: readonly Door[]): Promise<void> {
    this.exposing ??= (async () => {
      for (const { port, socket } of doors)
        try {
          this.endings.push(await portTo(socket, port));
        } catch (error) {
          throw new BatonError(
            'ServiceFailed',
            `services.${this.job.name} can't be reached from outside of a sandbox: ${errorText(error)}`,
          );
        }
    })();
    return this.exposing;
  }
  private exposing: Promise<void> | undefined;
}

const insideOf = (confined: Confined | Unconfined): Confined | undefined =>
  'without' in confined ? undefined : confined;
