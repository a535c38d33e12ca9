import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { QUERIES } from '../../src/domain/messages.ts';
import type { RunFigures } from '../../src/domain/outcomes.ts';
import { readTextIfThere } from '../../src/homes/atomic-file.ts';
import { homeId } from '../../src/homes/home.ts';
import { baton } from '../cli/in-process.ts';
import { type Engine, until } from '../support/engine.ts';
import { tinyDesign, tinyPacket, tinyRepository, tinyWork, unattended } from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

const CLIENT = new URL('../../src/client.ts', import.meta.url).pathname;

describe('baton logs', () => {
  let engine: Engine;
  useEngine((started) => {
    engine = started;
  });
  const server = () => ({
    TEMPORAL_ADDRESS: engine.address,
    TEMPORAL_NAMESPACE: engine.namespace,
    NO_COLOR: '1',
  });
  beforeAll(() => {
    for (const [name, value] of Object.entries(server())) vi.stubEnv(name, value);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const logs = (...args: string[]) => baton('logs', 'told', ...args, '--home', engine.home);

  /** `baton logs told --follow` as a process of its own, with what it has said so far. */
  function follow() {
    const said = { stdout: '', stderr: '' };
    const args = ['--import', 'tsx', CLIENT, 'logs', 'told', '--follow', '--home', engine.home];
    const child = execa(process.execPath, args, {
      env: server(),
      reject: false,
      buffer: false,
      stdin: 'ignore',
    });
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (piece: Buffer) => {
        said[name] += piece.toString();
      });
    return { said, ended: child.then(({ exitCode }) => exitCode), kill: () => child.kill() };
  }

  it('tells what an agent did while it works, follows the next run to the end of the feature, and keeps it all', async () => {
    const [write, red, ...green] = tinyWork('one', {
      progress: { note: 'waiting to go on' },
      hold: '{dir}/held',
    });
    const question = { text: 'Which colour?', options: ['red', 'blue'], recommended: 'red' };
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one')])],
        one: [
          [...(write && red ? [write, red] : []), { result: { status: 'blocked', question } }],
          [{ usage: { inputTokens: 1200, costUsd: 0.5 } }, ...green],
        ],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'told' });
    const following = follow();
    try {
      await feature.item('question-one');

      const asked = await logs('one');
      expect(asked).toMatchObject({ stderr: '', exitCode: 0 });
      expect(asked.stdout).toMatch(
        /^one, run 1 · tdd-typescript · runner command · model unknown\nstarted .* UTC · blocked · duration \d.* · tokens in unknown, out unknown · cost unknown\n/,
      );
      expect(asked.stdout).toMatch(/ task {8}Add src\/one\.txt\n/);
      expect(asked.stdout).toMatch(/ checkpoint {2}RED: the file is missing \(checks: test\)\n/);
      expect(asked.stdout).toMatch(
        / measured {4}[0-9a-f]{12}\n.* check {7}test failed \(exit code 1\), 1 of 2 tests pass, .*\n +failing: tests > one-is-there\n/,
      );
      expect(asked.stdout).toMatch(/ question {4}Which colour\?\n +choices: red \(recommended\), blue\n/);
      expect(await feature.handle.query<RunFigures[]>(QUERIES.runs)).toMatchObject([
        { packet: 'design', run: 1, transcript: { mediaType: 'application/jsonl' } },
      ]);

      await feature.decide('question-one', 'blue');
      await tiny.reached('held');
      await until('the held run', async () => following.said.stdout.includes('waiting to go on'));
      expect(following.said.stdout).toMatch(/^one │ one, run 2 · .*\none │ started .* has not ended$/m);
      expect(following.said.stdout).toMatch(/^one │ .* answer {6}blue$/m);
      expect(following.said.stdout).not.toContain('one written');
      const elsewhere = await baton('logs', 'told', '--home', path.join(tiny.dir, 'other-home'));
      expect(elsewhere).toMatchObject({ stdout: '', exitCode: 2 });
      expect(elsewhere.stderr).toContain(
        `in the home ${await homeId(engine.home)}: design (run 1), one (running now)\n`,
      );
      const live = await logs('one', '--run', '2');
      expect(live.stdout).toMatch(/ progress {4}waiting to go on$/);
      await tiny.release('held');
      const report = await feature.report();
      expect(report).toMatchObject({
        outcome: 'landed',
        runs: [{}, {}, { transcript: { size: expect.any(Number) } }],
      });
      expect(await following.ended).toBe(0);
    } finally {
      following.kill();
    }
    expect(following.said.stdout).toMatch(
      /^one │ .* check {7}test passed, 2 of 2 tests pass, [\s\S]*^one │ .* done {8}one added\n[\s\S]*^one │ one, run 2 ended: done · duration .* · tokens in 1,200, out unknown · cost \$0\.50\n$/m,
    );
    expect(following.said.stdout.match(/waiting to go on/g)).toHaveLength(1);
    expect(following.said.stderr).toContain('The feature "told" has ended.');

    // The worktrees and notes of the feature are gone by now, and a server isn't needed any more.
    expect(await readTextIfThere(path.join(engine.home, 'sessions', 'told', 'one.json'))).toBeUndefined();
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:9');
    const all = await logs();
    expect(all).toMatchObject({ stderr: '', exitCode: 0 });
    expect(all.stdout.match(/^\S+, run \d/gm)).toEqual(['design, run 1', 'one, run 1', 'one, run 2']);
    const lines = (await logs('one', '--run', '2', '--json')).stdout
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      packet: 'one',
      run: 2,
      kind: 'task',
      task: { resume: { answer: 'blue' } },
    });
    expect(new Set(lines.map(({ packet, run }) => `${packet} ${run}`))).toEqual(new Set(['one 2']));
  });
});
