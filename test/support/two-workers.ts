import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { Place } from '../../src/domain/messages.ts';
import { homeId } from '../../src/homes/home.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { Engine, exists, until, type WorkerProcess } from './engine.ts';
import type { Step, TinyRepository } from './tiny-repository.ts';

/** A worker with a home of its own. */
export interface Homed {
  readonly process: WorkerProcess;
  readonly dir: string;
  /** Id of the home. */
  readonly home: string;
}

/** What an agent wrote down about itself while it worked. */
export interface Trace {
  readonly what: 'begins' | 'ends';
  readonly feature: string;
  readonly packet: string;
  readonly home: string;
  /** What its tree stood at. */
  readonly commit: string;
}

/** Has an agent write down where it is. */
export const trace = (dir: string, what: Trace['what']): Step => ({
  exec: `echo "${what} $BATON_FEATURE $BATON_PACKET $BATON_HOME_ID $(git rev-parse HEAD)" >> ${dir}/traces`,
});

export async function traces(tiny: TinyRepository, feature: string): Promise<Trace[]> {
  const lines = ((await tiny.read('traces')) ?? '').trim().split('\n');
  return lines
    .map((line) => line.split(' '))
    .map(([what, of = '', packet = '', home = '', commit = '']) => ({
      what: what as Trace['what'],
      feature: of,
      packet,
      home,
      commit,
    }))
    .filter((each) => each.feature === feature);
}

/** Workers with homes of their own that share a hub. */
export class Site {
  readonly workers: Homed[] = [];
  private constructor(
    readonly engine: Engine,
    readonly hub: string,
  ) {}

  /** @param namespace - one that is there; without it the site has one of its own */
  static async open(address: string, hub: string, namespace?: string): Promise<Site> {
    return new Site(
      await Engine.start(address, { worker: false, ...(namespace !== undefined && { namespace }) }),
      hub,
    );
  }

  async worker(agents: number, dir?: string): Promise<Homed> {
    const home = dir ?? (await mkdtemp(path.join(tmpdir(), 'baton-home-')));
    const env = { BATON_HUB: this.hub, BATON_WORKER_AGENTS: String(agents) };
    const process = await this.engine.workerProcess(env, home);
    const worker = { process, dir: home, home: (await homeId(home)) as string };
    this.workers.push(worker);
    return worker;
  }

  /** The activities of a workflow in order, with where each was sent. */
  async calls(workflowId: string): Promise<{ name: string; queue: string; place: Place | undefined }[]> {
    const { events } = await this.engine.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: task }) => {
      if (!task) return [];
      const text = Buffer.from(task.input?.payloads?.[0]?.data ?? []).toString('utf8');
      const { place } = (text === '' ? {} : JSON.parse(text)) as { place?: Place };
      return [{ name: task.activityType?.name ?? '', queue: task.taskQueue?.name ?? '', place }];
    });
  }
}

/** What a home has of features: worktrees, notes, agents' homes. */
export async function leftIn({ dir }: Pick<Homed, 'dir'>): Promise<string[]> {
  const paths = homePaths(dir);
  const names = (folder: string) => readdir(folder).catch(() => []);
  const left = [paths.trees, paths.sessions, paths.agents].map(names);
  const admin = (await names(paths.repos)).map((clone) => names(path.join(paths.repos, clone, 'worktrees')));
  return (await Promise.all([...left, ...admin])).flat();
}

/** Waits until a home has nothing of any feature. */
export const emptied = (worker: Homed) =>
  until(`home ${worker.home} is empty`, async () => (await leftIn(worker)).length === 0);

export async function bareHub(): Promise<string> {
  const hub = path.join(await mkdtemp(path.join(tmpdir(), 'baton-hub-')), 'hub.git');
  await execa('git', ['init', '-q', '--bare', hub]);
  return hub;
}

/** Which of these an agent has reached. */
export const reachedOf = async (tiny: TinyRepository, names: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(names.map((name) => exists(`${tiny.hold(name)}.reached`)));
  return names.filter((_, at) => found[at]);
};
