import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ownNamespace } from '../support/namespace.ts';
import { batonWith } from './in-process.ts';
import { runBaton } from './run-baton.ts';

const ROLES = ['design', 'implement', 'test', 'deploy'];
const CONFIG = `checks:\n  test: "true"\ncrew:\n${ROLES.map((role) => `  ${role}: { runner: command, command: [node, x.mjs] }\n`).join('')}`;

let folder: string;
let home: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-cli-'));
  home = path.join(folder, 'home');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function repository(name: string, config?: string): Promise<string> {
  const repo = path.join(folder, name);
  await mkdir(repo);
  await writeFile(path.join(repo, 'readme.txt'), 'x\n');
  if (config !== undefined) await writeFile(path.join(repo, 'baton.yaml'), config);
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], { cwd: repo });
  await git('init', '--quiet', '--initial-branch=trunk');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=x');
  return repo;
}

/** Refused with exit code 2, words on standard error alone, no stack trace, and nothing left behind. */
async function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return refusedBy(await batonWith({ BATON_HOME: home, HOME: folder, ...env }, ...args));
}

type Ended = Awaited<ReturnType<typeof batonWith | typeof runBaton>>;

async function refusedBy({ stdout, stderr, exitCode }: Ended): Promise<string> {
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(await readdir(folder)).not.toContain('home');
  expect(await readdir(folder)).not.toContain('.baton');
  return stderr;
}

describe('the baton command refuses', () => {
  it('an unknown command, naming the nearest, also as a process of its own', async () => {
    const env = { BATON_HOME: home, HOME: folder };
    expect(await refusedBy(await runBaton(['staus'], env))).toBe(await refused(['staus']));
    expect(await refused(['staus'])).toMatch(/unknown command 'staus'\n\(Did you mean status\?\)/);
  });

  it('an unknown option, naming the nearest', async () => {
    expect(await refused(['start', '--bse', 'x', 'words'])).toMatch(
      /unknown option '--bse'\n\(Did you mean --base\?\)/,
    );
  });

  it('an ill-formed id', async () => {
    expect(await refused(['start', 'words', '--id', 'Bad Id'])).toContain(
      '"Bad Id" is not a feature id: use 1 to 48',
    );
    expect(await refused(['status', 'Bad_Id'])).toContain('See all: baton list');
  });

  it('an empty request', async () => {
    expect(await refused(['start', ' '])).toContain('say in words what is to be built');
  });

  it('a folder that is not there, and one that is no repository', async () => {
    expect(await refused(['start', 'words', '--repo', path.join(folder, 'none')])).toContain(
      `there is no folder ${path.join(folder, 'none')}`,
    );
    const plain = path.join(folder, 'plain');
    await mkdir(plain);
    expect(await refused(['start', 'words', '--repo', plain])).toContain(`${plain} is not a git repository`);
  });

  it('a base branch that is not there, naming those that are', async () => {
    const repo = await repository('branches', CONFIG);
    expect(await refused(['start', 'words', '--repo', repo, '--base', 'main'])).toContain(
      'has no branch "main"; it has trunk: name one with --base',
    );
  });

  it('a repository without baton.yaml, and one whose baton.yaml is not committed, as that', async () => {
    const repo = await repository('no-config');
    expect(await refused(['start', 'words', '--repo', repo])).toContain(
      `There is no baton.yaml at the root of ${repo}, branch trunk`,
    );
    await writeFile(path.join(repo, 'baton.yaml'), CONFIG);
    expect(await refused(['start', 'words', '--repo', repo])).toContain(
      `baton.yaml is in ${repo}, and not committed on trunk.\nBaton reads it from the base commit: git -C ${repo} add baton.yaml && git -C ${repo} commit, on trunk, and start again.`,
    );
    const own = path.join(repo, 'my apps/one');
    await mkdir(path.join(own, 'src'), { recursive: true });
    await writeFile(path.join(own, 'src/x.txt'), 'x\n');
    await execa('git', ['add', 'my apps/one/src'], { cwd: repo });
    await execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x'], {
      cwd: repo,
    });
    await writeFile(path.join(own, 'baton.yaml'), CONFIG);
    expect(await refused(['start', 'words', '--repo', path.join(own, 'src')])).toContain(
      `my apps/one/baton.yaml is in ${repo}, and not committed on trunk.\nBaton reads it from the base commit: git -C ${repo} add 'my apps/one/baton.yaml' && git -C ${repo} commit, on trunk`,
    );
  });

  it('an unknown key of the configuration, with its line and the nearest', async () => {
    const repo = await repository('bad-key', `${CONFIG}concurency: 2\n`);
    expect(await refused(['start', 'words', '--repo', repo])).toContain(
      'baton.yaml:8: unknown key `concurency`: did you mean `concurrency`?',
    );
  });

  it('packets with a cycle', async () => {
    const repo = await repository('cycle', CONFIG);
    const packets = path.join(folder, 'packets-cycle');
    await mkdir(packets);
    for (const [one, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ])
      await writeFile(
        path.join(packets, `${one}.md`),
        [
          `# Work Packet: ${one}`,
          `**Objective:** Build ${one}.`,
          '## Acceptance Criteria',
          '- [ ] It is there (person)',
          '## Boundaries',
          `**In Scope:** src/${one}/`,
          '## Dependencies',
          `- hard: ${other}`,
        ].join('\n\n'),
      );
    const said = await refused(['start', 'words', '--repo', repo, '--packets', packets]);
    expect(said).toContain(`The packets in ${packets} can't be used:`);
    expect(said).toMatch(/[ab]\.md:\d+: .*cycle/);
  });

  it('to start without a server, and says how to get one', async () => {
    const repo = await repository('no-server', CONFIG);
    const none = await refused(['start', 'words', '--repo', repo]);
    expect(none).toContain('No Temporal server: TEMPORAL_ADDRESS is not set');
    expect(none).toContain('baton dev');
    const dead = await refused(['start', 'words', '--repo', repo], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(dead).toContain('No Temporal server answers at 127.0.0.1:9: nothing listens there.');
  });

  it('a namespace that is not there', async () => {
    const env = { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: 'nowhere' };
    const said = await refused(['list'], env);
    expect(said).toContain(`at ${inject('temporalAddress')} has no namespace "nowhere"`);
    expect(said).toContain('temporal operator namespace create -n nowhere');
  });

  it('a Temporal profile that is not there', async () => {
    expect(await refused(['list'], { TEMPORAL_PROFILE: 'nowhere' })).toContain("Profile 'nowhere' not found");
  });

  it('a feature that is not there', async () => {
    const env = { TEMPORAL_ADDRESS: inject('temporalAddress') };
    expect(await refused(['status', 'no-such'], env)).toContain('There is no feature "no-such"');
    expect(await refused(['decide', 'no-such', 'item-1', 'yes'], env)).toContain(
      'There is no feature "no-such"',
    );
    expect(await refused(['cancel', 'no-such'], env)).toContain('There is no feature "no-such"');
  });

  it('a demo of an example that is not there, and a scenario that is no JSON', async () => {
    expect(await refused(['demo', 'user-preference'])).toContain('did you mean `user-preferences`?');
    expect(await refused(['demo', '--scenario', '{'])).toContain('--scenario is no JSON');
  });

  it('ports beside a configured server, and ports that are none', async () => {
    expect(await refused(['dev', '--port', '99999'])).toContain('0 to 65535');
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:9' };
    expect(await refused(['dev', '--port', '0'], env)).toContain("are for Baton's own dev server");
  });
});

describe('the baton command without a worker', () => {
  it('starts the feature, prints its id alone, says that a worker is missing, and sends decisions as signals', async () => {
    const repo = await repository('no-worker', CONFIG);
    const id = `cli-no-worker-${process.pid}`;
    // Where no worker ever was: one that stopped is seen for a minute more.
    const address = inject('temporalAddress');
    const { client, namespace } = await ownNamespace(address);
    await client.connection.close();
    const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, BATON_HOME: home, HOME: folder };
    const started = await runBaton(['start', 'words', '--repo', repo, '--id', id], env);
    expect(started).toMatchObject({ stdout: id, exitCode: 0 });
    expect(started.stderr).toContain('no worker is running');
    expect(started.stderr).toContain(`baton watch ${id}`);
    const again = await refused(['start', 'words', '--repo', repo, '--id', id], env);
    expect(again).toContain(`The id "${id}" is in use: a feature of that name is there (running).`);
    const decided = await batonWith(env, 'decide', id, 'design-approval-1', 'approve', '--by', 'ada');
    const status = await batonWith(env, 'status', id);
    expect(decided.exitCode).toBe(0);
    expect(decided.stderr).toContain('sent as a signal, since no worker is running');
    expect(status).toMatchObject({ exitCode: 2 });
    expect(status.stderr).toContain('no worker is running');
    const cancelled = await batonWith(env, 'cancel', id);
    expect(cancelled.exitCode).toBe(0);
  });
});
