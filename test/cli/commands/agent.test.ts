import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentCheck } from '../../../src/cli/agent-check/check-agent.ts';
import { baton } from '../in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-agent-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DONE = `echo '{"type":"result","result":{"status":"done","summary":"x"}}'`;
const say = (event: object) => `echo '${JSON.stringify(event)}'`;

/** What is said of an agent that is a script of shell, after it read its task. */
async function check(script: string, ...flags: string[]) {
  const file = path.join(folder, 'agent.sh');
  await writeFile(file, `read -r task\n${script}\n`);
  const { stdout, exitCode } = await baton('agent', 'check', '--json', ...flags, '--', 'sh', file, folder);
  const said = JSON.parse(stdout) as AgentCheck;
  const of = (level: string) =>
    said.steps.flatMap(({ findings }) =>
      findings.filter((one) => one.level === level).map(({ text }) => text),
    );
  return { said, exitCode, problems: of('problem').join('\n'), remarks: of('remark').join('\n') };
}

describe('baton agent check', () => {
  it.each([
    [
      'JSON that is none, with its line',
      `echo log; echo "{'type': 'result'}"`,
      'Line 2 looks like an event, but a single quote',
    ],
    [
      'an event that is not valid',
      `${say({ type: 'progress', note: 'x', percent: 400 })}; ${DONE}`,
      '`percent` must be at most 100',
    ],
    [
      'a result without a status',
      say({ type: 'result', result: {} }),
      '`status` is missing; there are `done`, `blocked`, `failed`',
    ],
    ['no result', 'echo bye', 'it ended without a result (exit code 0'],
    ['a crash', 'echo oops >&2; exit 3', 'it ended with exit code 3 and no result. Its last lines: oops'],
    ['an event on standard error', `${DONE} >&2`, 'Line 1 of standard error looks like an event'],
    [
      'a checkpoint whose answer nobody waits for',
      `${say({ type: 'checkpoint', message: 'RED', run: ['test'] })}; ${DONE}`,
      'it ended while its checkpoint was made: wait for the answer',
    ],
    [
      'a check that there is none of',
      `${say({ type: 'checkpoint', message: 'RED', run: ['lint'] })}; read -r answer; ${DONE}`,
      'asks for the check "lint"',
    ],
    [
      'figures that fall',
      `${say({ type: 'usage', inputTokens: 9 })}; ${say({ type: 'usage', inputTokens: 3 })}; ${DONE}`,
      'its usage fell within the run',
    ],
    [
      'trouble',
      say({ type: 'trouble', kind: 'not-logged-in', message: 'no key' }),
      'something is in its way (not-logged-in)',
    ],
    [
      'an agent that gives up',
      say({ type: 'result', result: { status: 'failed', reason: 'no idea' } }),
      'it gave up: no idea',
    ],
    [
      'an agent that asks for ever',
      `${say({ type: 'session', id: 's' })}; ${say({ type: 'result', result: { status: 'blocked', question: { text: 'Which?' } } })}`,
      'it still asks after 3 answers',
    ],
  ])('names %s, and ends with 1', async (_, script, words) => {
    const { problems, exitCode, said } = await check(script);
    expect(problems).toContain(words);
    expect(said.ok).toBe(false);
    expect(exitCode).toBe(1);
  });

  it('names an agent that is silent, and one that is not there', async () => {
    expect((await check('sleep 60', '--stall', '1s')).problems).toContain('it was silent for the stall time');
    const { stdout, exitCode } = await baton('agent', 'check', '--', 'no-such-agent-cli');
    expect(stdout).toContain('problem the agent "tdd-typescript" can\'t be started: no-such-agent-cli');
    expect(exitCode).toBe(1);
  });

  it('only remarks on what Baton understands, names what it could not see, and removes its repository', async () => {
    const { said, exitCode, remarks, problems } = await check(
      `pwd > "$1/pwd"; git -c user.name=x -c user.email=x@x commit -q --allow-empty -m mine
       printf '\\033[32mINFO %s\\033[0m\\n' '{"type":"result","result":{"status":"done","summary":"x"}}'; exit 1`,
    );
    expect(problems).toBe('');
    expect(exitCode).toBe(0);
    for (const words of [
      'colours or control characters',
      "a logger's prefix",
      'exit code 1 after its result',
      'commits of its own',
      'no session',
    ])
      expect(remarks).toContain(words);
    expect(said.unseen).toHaveLength(4);
    const tree = (await readFile(path.join(folder, 'pwd'), 'utf8')).trim();
    expect(tree).toContain('agent-check');
    expect(existsSync(path.dirname(tree))).toBe(false);
  });

  it('gives an agent without a session its answer as feedback, and a variable that is asked for', async () => {
    process.env.CHECKED_KEY = 'value-4711';
    const asks = say({
      type: 'result',
      result: { status: 'blocked', question: { text: 'Which?', options: ['red'] } },
    });
    const { said } = await check(
      `test "$CHECKED_KEY" = value-4711 || exit 9
       case $task in *'The answer: red'*) ${DONE};; *) ${asks};; esac`,
      '--env',
      'CHECKED_KEY',
    );
    delete process.env.CHECKED_KEY;
    expect(said.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'task blocked',
      'answer done',
      'feedback blocked',
    ]);
  });
});
