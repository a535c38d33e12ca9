import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { featureWorkflowId } from '../../src/domain/ids.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { runBaton } from '../cli/run-baton.ts';
import { Engine, type Feature, until } from '../support/engine.ts';
import {
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
} from '../support/tiny-repository.ts';

/** A packet as a person writes it. */
const packetFile = (id: string, dependencies = '') =>
  `# Work Packet: ${id}

**Objective:** Add src/${id}.txt

## Acceptance Criteria
- [ ] ${id} is there (test: "${id}-is-there")

## Boundaries
**In Scope:** src/${id}.txt, tests/${id}-*.sh
${dependencies}`;

describe.concurrent('the baton command on a repository of shell scripts, with packets from files', {
  timeout: 240_000,
}, () => {
  let engine: Engine;
  let env: Record<string, string>;
  let tiny: TinyRepository;
  let packets: string;

  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'));
    env = { TEMPORAL_ADDRESS: engine.address, TEMPORAL_NAMESPACE: engine.namespace, BATON_HOME: engine.home };
    tiny = await tinyRepository({
      design: [tinyDesign([tinyPacket('one'), tinyPacket('two')])],
      one: [tinyWork('one')],
      two: [tinyWork('two')],
      slow: [tinyWork('slow', { hold: '{dir}/slow' })],
    });
    packets = path.join(tiny.dir, 'packets');
    await mkdir(packets);
    await writeFile(path.join(packets, '1-one.md'), packetFile('one'));
    await writeFile(
      path.join(packets, '2-two.md'),
      packetFile('two', '\n## Dependencies\n**Hard dependency on one**\n'),
    );
  });
  afterAll(() => engine.stop());

  it('starts, watches, and ends with the report and exit code 0', async () => {
    const started = await runBaton(
      [
        'start',
        'Add two files',
        '--repo',
        tiny.repo,
        '--id',
        'files',
        '--packets',
        packets,
        '--yes',
        '--watch',
      ],
      env,
    );
    expect(started.exitCode, started.stderr).toBe(0);
    expect(started.stdout.split('\n')[0]).toBe('files');
    const report = JSON.parse((await runBaton(['report', 'files', '--json'], env)).stdout) as FeatureReport;
    expect(report).toMatchObject({
      outcome: 'landed',
      branch: 'feature/files',
      packets: [
        { id: 'one', status: 'merged', files: ['src/one.txt', 'tests/one-is-there.sh'] },
        { id: 'two', status: 'merged', tests: { passing: 3, failing: 0 } },
      ],
    });
    expect(await tiny.git('show', 'feature/files:src/two.txt')).toBe('two');
    expect(await tiny.git('ls-tree', '--name-only', 'feature/files')).not.toContain('package.json');
    const handoff = await runBaton(['handoff', 'files', '1', '--json'], env);
    expect(JSON.parse(handoff.stdout)).toMatchObject({
      name: 'context-001-design',
      next_agent: 'tdd-typescript',
    });
    const again = await runBaton(['start', 'Again', '--repo', tiny.repo, '--id', 'files'], env);
    expect(again).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('"files" is in use'),
    });
  });

  it('decides, refuses what is not offered, pauses, resumes, gives advice and cancels', async () => {
    await writeFile(path.join(tiny.dir, 'slow.md'), packetFile('slow'));
    const folder = path.join(tiny.dir, 'one-packet');
    await mkdir(folder);
    await writeFile(path.join(folder, 'slow.md'), packetFile('slow'));
    const id = 'steered';
    const started = await runBaton(
      ['start', 'Add a file', '--repo', tiny.repo, '--id', id, '--packets', folder],
      env,
    );
    expect(started).toMatchObject({ exitCode: 0, stdout: id });
    const status = async () => {
      const { stdout } = await runBaton(['status', id, '--json'], env);
      return (JSON.parse(stdout) as { status: FeatureStatus }).status;
    };
    await until('an item', async () => (await status()).attention.length > 0);
    const decide = (...words: string[]) =>
      runBaton(['decide', id, 'design-approval-1', ...words, '--by', 'ada'], env);
    const wrong = await decide('maybe');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain(
      '"maybe" is not offered by "design-approval-1": choose one of "approve", "revise", "reject"',
    );
    expect(await decide('approve', '--note', 'fine')).toMatchObject({ exitCode: 0 });
    const late = await decide('reject');
    expect(late.exitCode).toBe(2);
    expect(late.stderr).toMatch(/was decided already: "approve" by ada at 20\d\d-/);
    await tiny.reached('slow');
    for (const [words, paused] of [
      [['pause', id], true],
      [['resume', id], false],
    ] as const) {
      expect(await runBaton(words, env)).toMatchObject({ exitCode: 0 });
      await until(`${words[0]}d`, async () => (await status()).paused === paused);
    }
    expect(await runBaton(['unblock', id, 'nobody', 'Go on'], env)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no packet "nobody"; there are: slow'),
    });
    const plan = path.join(tiny.dir, 'plan');
    expect(await runBaton(['plan', id, '--export', plan], env)).toMatchObject({ exitCode: 0, stdout: plan });
    expect(await runBaton(['plan', id, '--edit', plan], env)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Nothing is changed.'),
    });
    await writeFile(path.join(plan, 'more.md'), packetFile('more'));
    const edited = await runBaton(['plan', id, '--edit', plan, '--first', 'more', '--json'], env);
    expect(edited.exitCode, edited.stderr).toBe(0);
    expect(JSON.parse(edited.stdout)).toMatchObject({
      added: ['more'],
      amended: [],
      dropped: [],
      first: ['more'],
    });
    expect((await status()).packets.map((packet) => packet.id)).toEqual(['slow', 'more']);
    expect(await runBaton(['plan', id, '--first', 'nobody'], env)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('packet "nobody", which is to go first, is not in the plan'),
    });
    expect(await runBaton(['cancel', id], env)).toMatchObject({ exitCode: 0 });
    const handle: Feature['handle'] = engine.client.workflow.getHandle(featureWorkflowId(id));
    await expect(handle.result()).rejects.toThrow(/cancel/i);
    const list = await runBaton(['list', '--json'], env);
    expect(list.exitCode, list.stderr).toBe(0);
    expect(list.stdout).toContain(id);
  });

  it('refuses packets that depend on nothing there is, before anything started', async () => {
    const folder = path.join(tiny.dir, 'lonely');
    await mkdir(folder);
    await writeFile(path.join(folder, 'two.md'), packetFile('two', '\n## Dependencies\n- hard: onne\n'));
    const said = await runBaton(
      ['start', 'words', '--repo', tiny.repo, '--id', 'lonely', '--packets', folder],
      env,
    );
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toMatch(/two\.md:\d+: .*`onne`, which is no packet/);
    await expect(engine.client.workflow.getHandle(featureWorkflowId('lonely')).describe()).rejects.toThrow();
  });
});
