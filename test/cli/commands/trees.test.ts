import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose } from '../../../src/cli/commands/retry.ts';
import { baton } from '../in-process.ts';
import { item, question } from '../samples.ts';

let folder: string;
let home: string;
const commits: Record<string, string> = {};

/** A home whose hub has a feature: a base, a packet that is merged, and one that isn't. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-trees-'));
  home = path.join(folder, 'home');
  const hub = path.join(home, 'hubs', 'accounts-1.git');
  const work = path.join(folder, 'work');
  await mkdir(path.dirname(hub), { recursive: true });
  await execa('git', ['init', '--quiet', '--bare', hub]);
  await execa('git', ['init', '--quiet', '-b', 'main', work]);
  const git = async (...args: string[]) =>
    (await execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args], { cwd: work }))
      .stdout;
  const commit = async (name: string, files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) await writeFile(path.join(work, file), text);
    await git('add', '--all');
    await git('commit', '--quiet', `--message=${name}`);
    commits[name] = await git('rev-parse', 'HEAD');
  };
  const push = (ref: string) => git('push', '--quiet', hub, `HEAD:${ref}`);
  await commit('base', { 'a.txt': 'one\n' });
  await push('refs/baton/executions/prefs/run-1');
  await push('refs/baton/executions/empty/run-1');
  await push('refs/heads/baton/empty/integration');
  await commit('storage', { 'storage.txt': 'kept\u001b[2J\n' });
  await push('refs/heads/baton/prefs/integration');
  await push('refs/baton/work/prefs/storage/1');
  await commit('api', { 'api.txt': 'first\n' });
  await push('refs/baton/work/prefs/api/2');
  await commit('api again', { 'api.txt': 'second\n' });
  await push('refs/baton/work/prefs/api/10');
  await mkdir(path.join(home, 'worktrees', 'prefs', 'api'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => baton(...args, '--home', home);

describe('baton diff', () => {
  it('shows what is merged of a feature, from where it began, with nothing that steers a terminal', async () => {
    const { stdout, stderr, exitCode } = await run('diff', 'prefs');
    expect(exitCode).toBe(0);
    expect(stderr).toBe(`${commits.base?.slice(0, 12)}..${commits.storage?.slice(0, 12)}`);
    expect(stdout).toContain('+kept<U+001B>[2J');
    expect(stdout).not.toContain('api.txt');
  });

  it("shows a packet's newest work, which isn't merged, and only which files if that is wanted", async () => {
    const { stdout } = await run('diff', 'prefs', 'api');
    expect(stdout).toContain('+second');
    expect(stdout).not.toContain('storage.txt');
    const stat = await run('diff', 'prefs', 'api', '--stat');
    expect(stat.stdout).toContain('api.txt | 1 +');
    expect(stat.stdout).not.toContain('+second');
    expect(JSON.parse((await run('diff', 'prefs', 'api', '--json')).stdout)).toMatchObject({
      from: commits.storage,
      to: commits['api again'],
    });
  });

  it('says where nothing is committed, and what is not there', async () => {
    expect((await run('diff', 'empty')).stderr).toContain('nothing is committed yet');
    expect(await run('diff', 'nobody')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('has no work of a feature "nobody"'),
    });
    expect((await run('diff', 'prefs', 'web')).stderr).toContain(
      'Packet "web" of "prefs" has nothing committed',
    );
    expect((await run('diff', 'prefs', '../x')).exitCode).toBe(2);
  });
});

describe('baton open', () => {
  it("prints the path of a packet's tree, or of all trees of a feature", async () => {
    const tree = path.join(home, 'worktrees', 'prefs', 'api');
    expect(await run('open', 'prefs', 'api')).toMatchObject({ exitCode: 0, stdout: tree });
    expect((await run('open', 'prefs')).stdout).toBe(path.dirname(tree));
  });

  it('says which trees there are where the wanted one is not', async () => {
    expect(await run('open', 'prefs', 'storage')).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('no tree of packet "storage" of prefs; it has: api'),
    });
  });
});

describe('baton retry', () => {
  const failing = { ...question, id: 'failing-packet-api-1', options: ['retry', 'drop', 'stop'] };
  const base = { ...item, id: 'environment-1', options: ['retry', 'stop'] };
  const thrown = (work: () => unknown): string => {
    try {
      work();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('takes the one question that offers it, of the feature or of a packet', () => {
    expect(choose('prefs', undefined, [item, failing]).id).toBe('failing-packet-api-1');
    expect(choose('prefs', 'api', [base, failing]).id).toBe('failing-packet-api-1');
  });

  it('says what is open where none offers it, and asks for more where several do', () => {
    expect(thrown(() => choose('prefs', undefined, [base, failing]))).toContain(
      'baton decide prefs environment-1 retry\n  baton decide prefs failing-packet-api-1 retry',
    );
    expect(thrown(() => choose('prefs', undefined, [item]))).toContain(
      'design-approval-1: approve, revise, reject',
    );
    expect(thrown(() => choose('prefs', 'web', [failing]))).toContain('baton unblock prefs web "go on"');
  });
});
