import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { type DevServer, startDevServer } from '../../src/dev-server/dev-server.ts';
import { CutOffProxy } from '../support/cut-off-proxy.ts';
import { Engine, type WorkerProcess } from '../support/engine.ts';
import { Reference } from './reference.ts';

/** Room for some features' trees, and little enough to be filled in a moment. */
const HOME_BYTES = 512 * 1024 * 1024;

/** A server on a database file, the network to it, a worker on a home, and the repository of the reference feature. */
export class World {
  private constructor(
    readonly dir: string,
    readonly home: string,
    readonly reference: Reference,
    readonly proxy: CutOffProxy,
    readonly engine: Engine,
    /** Whether the home is a file system of its own, which can be filled. */
    readonly canBeFilled: boolean,
    private server: DevServer,
    private current: WorkerProcess,
  ) {}

  static async create(): Promise<World> {
    const dir = await mkdtemp(path.join(tmpdir(), 'baton-chaos-'));
    const home = path.join(dir, 'home');
    await mkdir(home);
    const mount = ['-t', 'tmpfs', '-o', `size=${HOME_BYTES},mode=0700`, 'baton-chaos', home];
    const canBeFilled = (await execa('mount', mount, { reject: false })).exitCode === 0;
    const reference = await Reference.create();
    const server = await startDevServer({ dbFilename: path.join(dir, 'temporal.db'), port: 0, uiPort: 0 });
    const proxy = await CutOffProxy.start(server.address);
    const engine = await Engine.start(server.address, { worker: false });
    const worker = await World.worker(engine, proxy, reference, home);
    return new World(dir, home, reference, proxy, engine, canBeFilled, server, worker);
  }

  private static worker(engine: Engine, proxy: CutOffProxy, reference: Reference, home: string) {
    const env = { TEMPORAL_ADDRESS: proxy.address, BATON_CHAOS_JOURNAL: reference.journal };
    return engine.workerProcess(env, home);
  }

  get worker(): WorkerProcess {
    return this.current;
  }

  /** Ends the worker by a signal, and starts the next one on its home. */
  async nextWorker(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.current.kill(signal);
    await this.current.ended;
    this.current = await World.worker(this.engine, this.proxy, this.reference, this.home);
  }

  /** Kills the server, and starts it again on its database and port. */
  async nextServer(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.exited;
    const port = Number(this.server.address.split(':').at(-1));
    this.server = await startDevServer({ dbFilename: path.join(this.dir, 'temporal.db'), port, uiPort: 0 });
  }

  /** Leaves no room in the home; answers what gives it back. */
  async fillHome(): Promise<() => Promise<void>> {
    const file = path.join(this.home, 'chaos-fill');
    // Ends with "No space left on device", which is what it is for.
    await writeFile(file, Buffer.alloc(HOME_BYTES)).catch(() => undefined);
    return () => rm(file, { force: true });
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.proxy.stop();
    await this.server.stop();
    if (this.canBeFilled) await execa('umount', [this.home], { reject: false });
    for (const dir of [this.dir, this.reference.dir]) await rm(dir, { recursive: true, force: true });
  }
}
