import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baton } from '../in-process.ts';

const examples = path.resolve('examples/agents');
const missing = (program: string, ...args: string[]) => execaSync(program, args, { reject: false }).failed;

/** What `baton agent check` says of an agent of the examples: nothing. */
async function expectFlawless(...command: string[]) {
  const { stdout, exitCode } = await baton('agent', 'check', '--json', '--', ...command);
  const check = JSON.parse(stdout) as { readonly steps: readonly object[] };
  expect(check).toMatchObject({
    ok: true,
    unseen: [],
    steps: [
      { step: 'task', outcome: 'blocked', events: { session: 1, checkpoint: 1, usage: 1 }, findings: [] },
      { step: 'answer', outcome: 'done', events: { checkpoint: 1 }, findings: [] },
      { step: 'feedback', outcome: 'done', findings: [] },
    ],
  });
  expect(exitCode).toBe(0);
}

describe('the example agent keeps to the protocol', () => {
  it('in shell', () => expectFlawless('sh', path.join(examples, 'shell/agent.sh')));
  it('in Node', () => expectFlawless(process.execPath, path.join(examples, 'node/agent.mjs')));
});

describe.skipIf(missing('python3', '--version'))(
  'the example agent keeps to the protocol (python3 is needed)',
  () => {
    it('in Python', () => expectFlawless('python3', path.join(examples, 'python/agent.py')));
  },
);

describe.skipIf(missing('go', 'version'))('the example agent keeps to the protocol (go is needed)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'baton-go-agent-'));
    await execa('go', ['build', '-o', path.join(folder, 'agent'), '.'], { cwd: path.join(examples, 'go') });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  it('in Go', () => expectFlawless(path.join(folder, 'agent')));
});
