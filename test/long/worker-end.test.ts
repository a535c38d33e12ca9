import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentTask } from '../../src/domain/agent-protocol.ts';
import { PROOF_SUFFIX } from '../../src/domain/ids.ts';
import { repositoryKey } from '../../src/git/remote/origin.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { Engine, exists, until } from '../support/engine.ts';
import { jsonLines } from '../support/json-lines.ts';
import { Holds } from '../support/killing.ts';
import {
  plainWork,
  type TinyRepository,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
} from '../support/tiny-repository.ts';

const { crew } = tinyConfig;

/** An agent that tells of its session only while it is ended, as some CLIs do. */
const TELLS_LATE = `#!/bin/sh
read -r task
printf '%s\\n' "$task" >> '{dir}/late-tasks.jsonl'
if ! test -e "$HOME/begun"; then
  touch "$HOME/begun"
  trap 'echo "{\\"type\\":\\"session\\",\\"id\\":\\"late-1\\"}"; exit 0' TERM
  echo $$ > '{dir}/late.reached'
  while :; do sleep 0.05; done
fi
mkdir -p src tests
echo late > src/late.txt
echo 'grep -q late src/late.txt' > tests/late-is-there.sh
echo '{"type":"result","result":{"status":"done","summary":"done"}}'
`;

describe('a worker that goes while an agent works', () => {
  let engine: Engine;
  let holds: Holds;
  let tiny: TinyRepository;
  const start = (id: string) => engine.feature(tiny, { id, yes: true, packets: [tinyPacket('one')] });

  beforeAll(async () => {
    [engine, holds] = await Promise.all([
      Engine.start(inject('temporalAddress'), { worker: false }),
      Holds.create(),
    ]);
    tiny = await tinyRepository({
      design: [tinyDesign([])],
      one: [tinyWork('one', { hold: `${holds.dir}/{feature}` })],
      given: [
        [...plainWork('given', { usage: { inputTokens: 100, costUsd: 0.5 } }), { hold: '{dir}/given' }],
      ],
    });
  });
  afterAll(() => engine.stop());

  it('ends the agent on SIGTERM, and the next worker goes on in its session as the same run', async () => {
    const env = { BATON_TEST_TASKS: holds.at('tasks') };
    const worker = await engine.workerProcess(env);
    const feature = await start('shut-down');
    const agent = await holds.reached('shut-down');
    worker.kill('SIGTERM');
    await worker.ended;
    expect(await startTimeOf(agent)).toBeUndefined();
    await holds.release('shut-down');
    const next = await engine.workerProcess(env);
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', packets: [{ id: 'one', runs: 1, submissions: 1 }] });
    expect(report.runs.filter(({ packet }) => packet === 'one')).toMatchObject([
      { run: 1, outcome: 'done', resumed: true },
    ]);
    const tasks = jsonLines<{ name: string }>((await exists(holds.at('tasks'))) ?? '');
    expect(tasks.filter(({ name }) => name === 'one')).toMatchObject([
      { attempt: 1, from: 0, resume: null },
      { attempt: 1, from: 2, resume: { sessionId: `one-${agent}`, answer: null } },
    ]);
    const { events } = await engine.client.workflow.getHandle('feature:shut-down:packet:one').fetchHistory();
    const again = events?.find((event) => event.activityTaskStartedEventAttributes?.lastFailure != null);
    // Heard of at once, and not after missing heartbeats.
    expect(again?.activityTaskStartedEventAttributes).toMatchObject({
      attempt: 2,
      lastFailure: { message: 'the worker is shutting down' },
    });
    next.kill('SIGTERM');
    await next.ended;
  });

  it('keeps a session that the agent tells of while it is ended, and the next worker goes on in it', async () => {
    const late = await tinyRepository(
      { design: [tinyDesign([])] },
      { crew: { ...crew, implement: { runner: 'command', command: ['sh', 'agents/late.sh'] } } },
      { 'agents/late.sh': TELLS_LATE },
    );
    const worker = await engine.workerProcess();
    const feature = await engine.feature(late, { id: 'late', yes: true, packets: [tinyPacket('late')] });
    await late.reached('late');
    worker.kill('SIGTERM');
    await worker.ended;
    const next = await engine.workerProcess();
    expect(await feature.report()).toMatchObject({ outcome: 'landed', packets: [{ id: 'late', runs: 1 }] });
    const tasks = jsonLines<AgentTask>((await late.read('late-tasks.jsonl')) ?? '');
    expect(tasks.map(({ resume }) => resume)).toEqual([null, { sessionId: 'late-1', answer: null }]);
    next.kill('SIGTERM');
    await next.ended;
  });

  it('is killed after the agent gave its result: the run is not made, nor paid for, again', async () => {
    const worker = await engine.workerProcess();
    const feature = await engine.feature(tiny, { id: 'given', yes: true, packets: [tinyPacket('given')] });
    await tiny.reached('given');
    // The agent has yet to end, which it may take some seconds for; its result is all that was told of it.
    const transcript = path.join(homePaths(engine.home).sessions, 'given', 'given.1.transcript.jsonl');
    await until('the result is in the transcript', async () =>
      (await exists(transcript))?.includes('"status":"done"'),
    );
    worker.kill('SIGKILL');
    await worker.ended;
    await tiny.release('given');
    const next = await engine.workerProcess();
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', packets: [{ id: 'given', runs: 1, submissions: 1 }] });
    expect(report.runs.filter(({ packet }) => packet === 'given')).toMatchObject([
      { run: 1, outcome: 'done', inputTokens: 100, costUsd: 0.5 },
    ]);
    expect(await tiny.tasks('given')).toHaveLength(1);
    next.kill('SIGTERM');
    await next.ended;
  });

  it('refuses a home that a live worker holds', async () => {
    const worker = await engine.workerProcess();
    await expect(engine.workerProcess()).rejects.toThrow(`is held by process ${worker.pid}`);
    worker.kill('SIGTERM');
    await worker.ended;
  });

  it('clears away at its next start what a terminated feature left: agent, worktrees, notes; the work is kept', async () => {
    const worker = await engine.workerProcess();
    const feature = await start('terminated');
    const agent = await holds.reached('terminated');
    worker.kill('SIGKILL');
    await worker.ended;
    await feature.handle.terminate('a test');
    // The small process below the worker ends the agent, now or in a moment; the next worker looks for what is left.
    const paths = homePaths(engine.home);
    const trees = ['integration', 'one', `one${PROOF_SUFFIX}`].map((name) =>
      paths.worktree('terminated', name),
    );
    expect((await readdir(paths.treesOf('terminated'))).sort()).toEqual(
      trees.map((at) => path.basename(at)).sort(),
    );
    const next = await engine.workerProcess();
    expect(await startTimeOf(agent)).toBeUndefined();
    for (const folder of [paths.trees, paths.sessions, paths.agents])
      expect(await readdir(folder)).toEqual([]);
    const hub = path.join(paths.hubs, `${repositoryKey(tiny.repo)}.git`);
    const git = async (...args: string[]) => (await execa('git', args, { cwd: hub })).stdout;
    expect(await git('show', 'refs/baton/work/terminated/one/1:tests/one-is-there.sh')).toContain('grep');
    next.kill('SIGTERM');
    await next.ended;
  });
});
