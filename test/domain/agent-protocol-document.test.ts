import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type AgentEvent,
  type AgentTask,
  agentEventSchema,
  type CheckpointAnswer,
  FEEDBACK_KINDS,
  resultSchemas,
} from '../../src/domain/agent-protocol.ts';
import { codeBlocks, document } from '../config/docs.ts';

const text = document('agent-protocol.md');
const [agent = ''] = codeBlocks(text, 'sh');
let dir: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'baton-protocol-'));
  await writeFile(join(dir, 'agent.sh'), agent);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(dir, { recursive: true, force: true });
});

const task = (resume: AgentTask['resume']): AgentTask => ({
  protocol: 1,
  feature: { id: 'greet', request: 'Greet people by name' },
  role: 'tdd-typescript',
  instructions: 'Work test first.',
  phase: 'implement',
  packet: null,
  given: [],
  handoff: null,
  attempt: resume ? 2 : 1,
  resume,
  feedback: [],
  checks: ['test'],
  resultSchema: z.toJSONSchema(resultSchemas.implement, { io: 'input' }),
});

/** Runs the document's agent; a checkpoint is answered by really running the test it wrote. */
async function run(resume: AgentTask['resume']) {
  const child = spawn('sh', ['agent.sh'], { cwd: dir, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const send = (message: AgentTask | CheckpointAnswer) => child.stdin.write(`${JSON.stringify(message)}\n`);
  send(task(resume));
  const events: AgentEvent[] = [];
  const measured: boolean[] = [];
  for await (const line of createInterface(child.stdout)) {
    const event = agentEventSchema.parse(JSON.parse(line));
    events.push(event);
    if (event.type !== 'checkpoint') continue;
    const { status } = spawnSync('sh', ['greet-test.sh'], { cwd: dir });
    measured.push(status === 0);
    const check = {
      name: 'test',
      passed: status === 0,
      exitCode: status ?? -1,
      durationMs: 1,
      tests: null,
      failing: [],
      output: '',
    };
    send({ type: 'checkpoint', commit: '0'.repeat(40), checks: [check] });
  }
  const last = events.at(-1);
  const result = resultSchemas.implement.parse(last?.type === 'result' ? last.result : undefined);
  return { events: events.map(({ type }) => type), measured, result, exitCode: await exit };
}

it.each(['Hello', 'Hi'])(
  'the example agent goes from red over a question to green with %s',
  async (answer) => {
    const first = await run(null);
    expect(first).toMatchObject({
      events: ['session', 'progress', 'checkpoint', 'result'],
      measured: [false],
      result: { status: 'blocked', question: { options: ['Hello', 'Hi'] } },
      exitCode: 0,
    });
    const second = await run({ sessionId: 'greeter-1', answer });
    expect(second).toMatchObject({ measured: [true], result: { status: 'done' }, exitCode: 0 });
    expect(spawnSync('sh', ['greet.sh', 'Ada'], { cwd: dir, encoding: 'utf8' }).stdout).toBe(
      `${answer}, Ada\n`,
    );
  },
);

it('the document names every field of the task, every event and every kind of feedback', () => {
  const names = [
    ...Object.keys(task(null)),
    ...FEEDBACK_KINDS,
    ...Object.values(resultSchemas).flatMap((schema) =>
      schema.options.flatMap((one) => Object.keys(one.shape)),
    ),
  ];
  for (const name of names) expect(text).toMatch(new RegExp(`[\`"]${name}[\`"]`));
  for (const { shape } of agentEventSchema.options)
    expect(text).toContain(`{"type":"${[...shape.type.values][0]}"`);
});

it('the document shows an answer to a checkpoint that has every field', () => {
  const [answer = ''] = codeBlocks(text, 'json');
  const keys: Record<keyof CheckpointAnswer['checks'][number], unknown> = JSON.parse(answer).checks[0];
  expect(Object.keys(keys)).toEqual([
    'name',
    'passed',
    'exitCode',
    'durationMs',
    'tests',
    'failing',
    'output',
  ]);
});
