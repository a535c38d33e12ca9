import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { git } from '../../git/fixture.ts';
import { baton } from '../in-process.ts';
import { PLAIN_CONFIG, packetText, repository } from '../packet-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = realpathSync(await mkdtemp(path.join(tmpdir(), 'baton-hand-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const setting = async (name: string, config = PLAIN_CONFIG) => {
  const root = path.join(folder, name);
  await mkdir(root);
  const repo = await repository(path.join(root, 'repo'), config);
  return {
    root,
    repo,
    at: (packet: string) => path.join(root, 'worktrees', `agent-${packet}`),
    worktree: (...args: string[]) => baton('worktree', ...args, '--repo', repo),
  };
};

describe('baton worktree', () => {
  it('goes the whole way by hand: packet, worktree, list, remove', async () => {
    const { repo, at, worktree } = await setting(
      'seed',
      `${PLAIN_CONFIG}worktrees: { link: [node_modules] }\n`,
    );
    await mkdir(path.join(repo, 'node_modules'));
    const packets = path.join(repo, 'packets');
    await baton('packet', 'new', 'db-users', '--dir', packets);
    await writeFile(path.join(packets, 'other.md'), packetText('api', { branch: 'team/api' }));
    const made = await worktree('create', 'db-users');
    expect(made).toMatchObject({ stdout: at('db-users'), exitCode: 0 });
    expect(await worktree('create', 'api')).toMatchObject({ stdout: at('api'), exitCode: 0 });
    expect(readFileSync(path.join(at('db-users'), 'WORK-PACKET.md'), 'utf8')).toContain(
      'Work Packet: db-users',
    );
    expect(existsSync(path.join(at('db-users'), 'node_modules'))).toBe(true);
    expect(git(at('db-users'), 'status', '--porcelain', '--branch')).toBe('## feature/db-users');
    expect(git(repo, 'branch', '--show-current')).toBe('trunk');

    await writeFile(path.join(at('api'), 'new.txt'), 'x\n');
    const agent = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
      cwd: at('api'),
    });
    onTestFinished(() => void agent.kill('SIGKILL'));
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    const listed = await worktree('list');
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout).toMatch(/^agent-db-users {2}feature\/db-users {2}⚪ Idle {5}all in trunk {3}\//m);
    expect(listed.stdout).toMatch(/^agent-api {7}team\/api {10}🟢 Running {2}1 uncommitted {2}\//m);
    // From a worktree the repository is meant, not the worktree's own branch.
    const json = await baton('worktree', 'list', '--json', '--repo', at('api'));
    expect(JSON.parse(json.stdout)).toHaveLength(2);

    const busy = await worktree('remove', 'api');
    expect(busy).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/is at work in .*agent-api/) });
    agent.kill('SIGKILL');
    await new Promise((resolve) => agent.once('exit', resolve));
    const dirty = await worktree('remove', 'api');
    expect(dirty).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('uncommitted: new.txt') });
    expect(existsSync(at('api'))).toBe(true);
    expect((await worktree('remove', 'api', '--force')).stderr).toContain('The branch team/api stays.');
    expect((await worktree('remove', 'db-users')).exitCode).toBe(0);
    expect(existsSync(at('db-users'))).toBe(false);
    expect(git(repo, 'branch', '--format=%(refname:short)').split('\n')).toEqual([
      'feature/db-users',
      'team/api',
      'trunk',
    ]);
  });

  it('needs neither packets nor baton.yaml', async () => {
    const { repo, root, worktree } = await setting('plain', PLAIN_CONFIG);
    git(repo, 'rm', '--quiet', 'baton.yaml');
    await writeFile(path.join(repo, 'a.txt'), 'x\n');
    git(repo, 'add', '--all');
    git(repo, 'commit', '--quiet', '-m', 'x');
    const elsewhere = path.join(root, 'elsewhere');
    const { stdout, exitCode } = await worktree('create', 'x', '--dir', elsewhere);
    expect({ stdout, exitCode }).toEqual({ stdout: path.join(elsewhere, 'agent-x'), exitCode: 0 });
    expect(git(stdout, 'branch', '--show-current')).toBe('feature/x');
    expect(existsSync(path.join(stdout, 'WORK-PACKET.md'))).toBe(false);
  });

  it('refuses what is there, what is not, and names that are none', async () => {
    const { repo, root, worktree } = await setting('refused');
    const refused = async (...args: string[]) => {
      const { stdout, stderr, exitCode } = await worktree(...args);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      return stderr;
    };
    git(repo, 'branch', 'feature/taken');
    const packets = path.join(repo, 'packets');
    await mkdir(packets);
    await writeFile(path.join(packets, 'bad.md'), packetText('bad').replace('## Boundaries', '## Bounds'));
    expect(await refused('create', 'taken')).toContain('has the branch feature/taken already');
    expect(await refused('create', '../x')).toContain('is not a packet id');
    expect(await refused('create', 'bad')).toMatch(/bad\.md:11: unknown section `Bounds`/);
    expect(await refused('create', 'bda', '--packets', packets)).toContain('has no packet "bda"');
    expect(await refused('create', 'x', '--packets', path.join(root, 'none'))).toContain("can't be read");
    expect(await refused('create', 'x', '--base', 'none')).toContain('has no branch "none"');
    expect(await refused('remove', 'none')).toContain('There is no worktree agent-none here');
    const url = await baton('worktree', 'list', '--repo', 'https://example.invalid/x.git');
    expect(url).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no folder') });
    const plain = await baton('worktree', 'list', '--repo', root);
    expect(plain).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not a git repository') });
    expect(existsSync(path.join(root, 'worktrees'))).toBe(false);
    expect(await worktree('list')).toMatchObject({ stdout: '', exitCode: 0 });
  });
});
