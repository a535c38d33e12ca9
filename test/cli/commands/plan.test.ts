import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packetsOf } from '../../../src/cli/plan/plan-of-feature.ts';
import { prepareStart } from '../../../src/cli/start/start-feature.ts';
import { baton, batonWith } from '../in-process.ts';
import { PLAIN_CONFIG, packetText, repository } from '../packet-folder.ts';
import { status } from '../samples.ts';

let folder: string;
let packets: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-plan-'));
  packets = path.join(folder, 'packets');
  await mkdir(packets);
  await writeFile(path.join(packets, 'db.md'), packetText('db', { size: '1h' }));
  await writeFile(path.join(packets, 'api.md'), packetText('api', { dependencies: '- soft: db' }));
  await writeFile(path.join(packets, 'docs.md'), packetText('docs', { dependencies: '- hard: db' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const plan = (...args: string[]) => baton('plan', ...args);

describe('baton plan --packets', () => {
  it('draws them with the concurrency of baton.yaml, and starts nothing', async () => {
    const repo = await repository(path.join(folder, 'repo'), `${PLAIN_CONFIG}concurrency: 1\n`);
    const { stdout, stderr, exitCode } = await plan('--packets', packets, '--repo', repo);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('▶ api   30m      after db (soft)');
    expect(stdout).toContain('Expected: 2h with 1 agent at once, for 2h of work, which no order can beat.');
  });

  it('lists what measures in the base commit below the plan, with the reason', async () => {
    const repo = await repository(path.join(folder, 'measured'), PLAIN_CONFIG.replace('"true"', 'npm test'));
    await mkdir(path.join(repo, 'tools'));
    await writeFile(path.join(repo, 'package.json'), '{"scripts":{"test":"node tools/check.mjs"}}');
    await writeFile(path.join(repo, 'tools', 'check.mjs'), '');
    await writeFile(path.join(repo, 'proof.sh'), '');
    const git = (...args: string[]) =>
      execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], { cwd: repo });
    await git('add', '--all');
    await git('commit', '--quiet', '--message=y');
    // Not in the base commit.
    await writeFile(path.join(repo, 'vitest.config.ts'), '');
    const proven = path.join(folder, 'proven');
    await mkdir(proven);
    const text = packetText('db').replace('(person)', '(command: "sh proof.sh")');
    await writeFile(path.join(proven, 'db.md'), text);

    const measuring = [
      { path: 'baton.yaml', why: 'configuration of Baton' },
      { path: 'proof.sh', why: 'named by the evidence of a criterion' },
      { path: 'tools/check.mjs', why: 'script "test" of package.json, which checks.test calls' },
    ];
    for (const address of [repo, `file://${repo}`]) {
      const { stdout, exitCode } = await plan('--packets', proven, '--repo', address);
      expect(exitCode).toBe(0);
      expect(stdout.split('\n').slice(-4)).toEqual([
        'Protected: what measures',
        '  baton.yaml       configuration of Baton',
        '  proof.sh         named by the evidence of a criterion',
        '  tools/check.mjs  script "test" of package.json, which checks.test calls',
      ]);
    }
    const asJson = await plan('--packets', proven, '--repo', repo, '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({ slots: 3, protected: measuring });
  });

  it('refuses a criterion that no check can prove', async () => {
    const repo = await repository(path.join(folder, 'no-report'), PLAIN_CONFIG);
    const bad = path.join(folder, 'unprovable');
    await mkdir(bad);
    await writeFile(path.join(bad, 'db.md'), packetText('db').replace('(person)', '(test: db works)'));
    const said = await plan('--packets', bad, '--repo', repo);
    expect(said).toMatchObject({ stdout: '', exitCode: 2 });
    expect(said.stderr).toContain(
      'packet "db": the criterion "It is there" can\'t be met: its evidence is the test "db works"',
    );
    await expect(prepareStart({ request: 'words', repo, packets: bad, yes: false })).rejects.toThrow(
      'no check in baton.yaml has a `report`',
    );
  });

  it('takes another concurrency, and then needs no repository', async () => {
    const { stdout, exitCode } = await plan('--packets', packets, '--concurrency', '3', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty('protected');
    expect(JSON.parse(stdout)).toMatchObject({
      unit: 'minutes',
      slots: 3,
      makespan: 90,
      criticalPath: { packets: ['db', 'docs'], length: 90 },
      packets: [
        { id: 'db', size: 60, layer: 1, critical: true, start: 0, end: 60 },
        { id: 'api', start: 0, end: 60, dependencies: [{ packet: 'db', type: 'soft' }] },
        { id: 'docs', start: 60, end: 90 },
      ],
    });
  });

  it('prints a Mermaid flowchart, and nothing else', async () => {
    const { stdout, exitCode } = await plan('--packets', packets, '--concurrency', '3', '--mermaid');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^flowchart LR\n {2}p1\["db<br\/>1h"\]\n[\s\S]* {2}p1 -\.-> p2\n/);
  });

  it('refuses what start would refuse, with file and line', async () => {
    const repo = await repository(path.join(folder, 'taken'), PLAIN_CONFIG, ['feature/db']);
    const bad = path.join(folder, 'bad');
    await mkdir(bad);
    await writeFile(path.join(bad, 'db.md'), packetText('db', { branch: 'feature/db' }));
    const said = await plan('--packets', bad, '--repo', repo);
    expect(said).toMatchObject({ stdout: '', exitCode: 2 });
    expect(said.stderr).toContain(
      `${bad}/db.md:5: packet "db" has the branch "feature/db", which the repository has already`,
    );
    expect(await plan()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Name a feature') });
    expect(await plan('x', '--repo', repo)).toMatchObject({ exitCode: 2 });
  });
});

it('baton plan <feature> needs a server, and leaves nothing behind without one', async () => {
  const { stdout, stderr, exitCode } = await batonWith(
    { BATON_HOME: path.join(folder, 'home'), HOME: folder },
    'plan',
    'x',
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toContain('No Temporal server');
  expect(await readdir(folder)).not.toContain('home');
});

describe('the packets of a status', () => {
  it('are those of the workflow, with the kind of each dependency, and free of what was dropped', () => {
    const view = status.packets[0];
    if (view === undefined) throw new Error('the sample has packets');
    const packets = [
      { ...view, id: 'a', status: 'dropped' as const },
      { ...view, id: 'b', size: 12 },
      { ...view, id: 'c', status: 'running' as const, percent: 40, dependencies: ['a', 'b (soft)'] },
    ];
    expect(packetsOf({ packets })).toEqual([
      { id: 'a', size: 30, status: 'dropped', dependencies: [] },
      { id: 'b', size: 12, status: 'merged', dependencies: [] },
      {
        id: 'c',
        size: 30,
        status: 'running',
        percent: 40,
        dependencies: [{ packet: 'b', type: 'soft' }],
      },
    ]);
  });
});
