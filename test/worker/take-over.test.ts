import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import type { RunningWorkflow } from '../../src/worker/kept-builds.ts';
import { takeOver } from '../../src/worker/take-over.ts';

const old: Build = { id: '0.1.0-old', version: '0.1.0', changes: ['a'] };
const young: Build = { id: '0.2.0-young', version: '0.2.0', changes: ['a', 'b'] };

/** Stands in for the server: a build is known to it from the `knownAfter`th question on. */
class Server {
  readonly calls: string[] = [];
  readonly held = new Map<string, string | undefined>();
  refusals = 0;
  failures = 0;

  constructor(
    public now: string | undefined,
    private readonly kept: readonly Build[],
    private readonly workflows: readonly RunningWorkflow[] = [],
    private knownAfter = 0,
  ) {}

  current = async () => {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the server is away');
    }
    return { id: this.now, known: [], token: undefined };
  };
  read = async (id: string) => this.kept.find((build) => build.id === id);
  write = async ({ id }: Build) => {
    this.knownAfter -= 1;
    if (this.knownAfter >= 0) return false;
    this.calls.push(`write ${id}`);
    return true;
  };
  makeCurrent = async (id: string) => {
    this.refusals -= 1;
    if (this.refusals >= 0) return false;
    this.calls.push(`current ${id}`);
    this.now = id;
    return true;
  };
  running = async (which: 'held' | 'all' = 'all') =>
    this.workflows.filter(({ workflowId }) => which === 'all' || this.held.get(workflowId) !== undefined);
  hold = async (workflowId: string, build: string | undefined) => {
    this.calls.push(`${build === undefined ? 'let go' : 'hold'} ${workflowId}`);
    this.held.set(workflowId, build);
  };
}

const begin = async (server: Server, build: Build, takeBack = false): Promise<string[]> => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  await takeOver({ builds: server, build, takeBack, log }, new AbortController().signal);
  return lines;
};

describe('a worker that starts', () => {
  it('gets the work where nobody has it, as soon as the server knows its build, and says nothing of it', async () => {
    const server = new Server(undefined, [], [], 2);
    expect(await begin(server, old)).toEqual([]);
    expect(server.calls).toEqual(['write 0.1.0-old', 'current 0.1.0-old']);
  });

  it('gets the work of an older build, and tries again where another was faster', async () => {
    const server = new Server(old.id, [old]);
    server.refusals = 1;
    expect(await begin(server, young)).toEqual([
      'build 0.2.0-young has the work now, which build 0.1.0-old had before',
    ]);
    expect(server.now).toBe(young.id);
  });

  it('leaves the work to a newer build, and to one of which it can’t read what that is', async () => {
    for (const kept of [[young], []]) {
      const server = new Server(young.id, kept);
      const [line] = await begin(server, old);
      expect(line).toContain('this worker is build 0.1.0-old, and features here belong to build 0.2.0-young');
      expect(server.calls).toEqual([]);
    }
  });

  it('takes the work back where a person wants it, and holds only what it can’t go on with', async () => {
    const server = new Server(
      young.id,
      [young, old],
      [
        { workflowId: 'begun by the young', build: young.id, changes: ['a', 'b'] },
        { workflowId: 'moved, and not changed', build: young.id, changes: ['a'] },
        { workflowId: 'not begun', build: undefined, changes: [] },
      ],
    );
    const [line] = await begin(server, old, true);
    expect(line).toContain(
      '; 1 workflow(s) that only build 0.2.0-young can go on with wait for a worker of it',
    );
    expect([...server.held]).toEqual([['begun by the young', young.id]]);
    // Before the work moves, and once more after it.
    expect(server.calls.map((call) => call.split(' ')[0])).toEqual(['write', 'hold', 'current', 'hold']);
    await begin(server, young);
    expect([...server.held]).toEqual([['begun by the young', undefined]]);
  });

  it('asks again while the server is away, and says so once', async () => {
    const server = new Server(undefined, []);
    server.failures = 1;
    const [line, ...more] = await begin(server, old);
    expect(line).toContain('and is asked again: the server is away');
    expect(more).toEqual([]);
    expect(server.now).toBe(old.id);
  });
});
