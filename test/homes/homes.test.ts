import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { LocalArtifactStore } from '../../src/artifacts/local-artifact-store.ts';
import { createExclusive } from '../../src/homes/exclusive.ts';
import { homeId, openHome } from '../../src/homes/home.ts';
import { makeHomeDir } from '../../src/homes/home-dir.ts';
import { listNotes, readNote, removeNote, writeNote } from '../../src/homes/notes.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { tryProcessLock, withProcessLock } from '../../src/homes/process-lock.ts';
import { leftovers } from '../../src/work/leftovers.ts';
import { Workshop } from '../../src/work/workshop.ts';
import { git, setting, write } from '../git/fixture.ts';

const folder = (): string => {
  const made = realpathSync(mkdtempSync(path.join(tmpdir(), 'baton-home-')));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

const HOLDER = `
  const { openHome } = await import(${JSON.stringify(path.join(import.meta.dirname, '../../src/homes/home.ts'))});
  const home = await openHome(process.argv[1]);
  process.stdout.write(home.id + '\\n');
  setInterval(() => {}, 1000);
`;

const holdElsewhere = async (dir: string) => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', HOLDER, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const id = await new Promise<string>((resolve) =>
    child.stdout.once('data', (d: Buffer) => resolve(d.toString().trim())),
  );
  const killed = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  return { id, pid: child.pid, killed };
};

test('a home is closed to other users, also one that was open to them', async () => {
  const dir = folder();
  chmodSync(dir, 0o755);
  await makeHomeDir(dir);
  await makeHomeDir(path.join(dir, 'new', 'home'));
  const modes = ['.', 'new', 'new/home'].map((name) => statSync(path.join(dir, name)).mode & 0o777);
  expect(modes).toEqual([0o700, 0o700, 0o700]);
});

test('a home keeps its id, and one live process has it', async () => {
  const dir = path.join(folder(), 'home');
  const other = await holdElsewhere(dir);
  expect(other.id).toMatch(/^[a-z0-9]{8}$/);
  await expect(openHome(dir)).rejects.toThrow(`held by process ${other.pid}`);
  expect(await homeId(dir)).toBe(other.id);
  await other.killed();
  const home = await openHome(dir);
  expect(home.id).toBe(other.id);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  await expect(openHome(dir)).rejects.toThrow('stop that worker');
  await home.release();
  await home.release();
  await (await openHome(dir)).release();
});

test('a lock whose holder is dead or whose file says nothing is taken over', async () => {
  const dir = path.join(folder(), 'lock');
  await mkdir(dir, { recursive: true });
  writeFileSync(path.join(dir, '7'), JSON.stringify({ pid: process.pid, startedAt: 'before' }));
  await withProcessLock(dir, async () => undefined);
  writeFileSync(path.join(dir, '9'), '');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withProcessLock(dir, work)));
  expect(most).toBe(1);
});

test('a lock that another process holds is waited for no longer than the patience lasts, and its holder is told', async () => {
  const dir = path.join(folder(), 'held');
  const lock = await tryProcessLock(dir);
  const told: number[] = [];
  const wait = withProcessLock(dir, async () => undefined, {
    timeoutMs: 60,
    onWait: (pid) => told.push(pid),
  });
  await expect(wait).rejects.toThrow(
    `held by process ${process.pid} for more than 0 s. Wait for that process`,
  );
  expect(told).toEqual([process.pid]);
  if ('release' in lock) await lock.release();
});

test('notes are kept whole, replaced and forgotten', async () => {
  const home = homePaths(folder());
  const note = { feature: 'prefs', packet: 'one', epoch: 1, runId: 'r1', pid: 12, startTime: '34' };
  await writeNote(home, note);
  await writeNote(home, { ...note, sessionId: 's', extra: [1] });
  expect(await readNote(home, note)).toEqual({ ...note, sessionId: 's', extra: [1] });
  expect(await listNotes(home)).toHaveLength(1);
  writeFileSync(home.session('prefs', 'two'), '{"feature": ');
  expect(await readNote(home, { feature: 'prefs', packet: 'two' })).toBeUndefined();
  await removeNote(home, note);
  await removeNote(home, note);
  expect(await readNote(home, note)).toBeUndefined();
  expect(() => home.session('..', 'x')).toThrow();
});

test('an exclusive hold is alone, and neither kind starves', async () => {
  const lock = createExclusive();
  const order: string[] = [];
  let shared = 0;
  let most = 0;
  const run = (name: string) =>
    lock.shared(async () => {
      shared += 1;
      most = Math.max(most, shared);
      await sleep(10);
      order.push(name);
      shared -= 1;
    });
  const gate = () =>
    lock.alone(async () => {
      expect(shared).toBe(0);
      await sleep(10);
      expect(shared).toBe(0);
      order.push('gate');
    });
  await Promise.all([run('a'), run('b'), gate(), run('c'), gate(), run('d')]);
  expect(order).toEqual(['a', 'b', 'gate', 'c', 'gate', 'd']);
  expect(most).toBe(2);
  await expect(lock.alone(() => Promise.reject(new Error('gate broke')))).rejects.toThrow('gate broke');
  const abort = new AbortController();
  const waits = lock.shared(async () => {
    const never = lock.alone(async () => undefined, { signal: abort.signal });
    const after = lock.shared(async () => 'after');
    abort.abort(new Error('given up'));
    await expect(never).rejects.toThrow('given up');
    return after;
  });
  expect(await waits).toBe('after');
});

test('closed features leave nothing in a home but their work on the hub', async () => {
  const { repo, worktree } = await setting();
  const home = await openHome(repo.home.dir);
  onTestFinished(() => home.release());
  const shop = new Workshop(home, new LocalArtifactStore(home.paths.artifacts, home.id), undefined, 1, 'off');
  const { path: at } = await worktree('one');
  write(at, { 'half.txt': 'half\n' });
  await writeNote(repo.home, { feature: 'prefs', packet: 'one', epoch: 1, runId: 'r' });
  write(repo.home.agentHome('prefs', 'one'), { '.codex/session': 's' });
  expect(await leftovers(shop, async () => false)).toEqual([]);
  expect(existsSync(at)).toBe(true);
  const [reaped] = await leftovers(shop, async (feature) => feature === 'prefs');
  expect(reaped).toMatchObject({ feature: 'prefs', agentHomes: ['one'], notes: ['one'], problems: [] });
  const work = git(repo.hub.url, 'rev-parse', 'refs/baton/work/prefs/one/1');
  expect(reaped?.worktrees).toEqual([{ name: 'one', commit: work }]);
  expect(await repo.readFileAt(work, 'half.txt')).toBe('half\n');
  for (const gone of [at, repo.home.agentHome('prefs', 'one'), path.join(repo.home.sessions, 'prefs')])
    expect(existsSync(gone)).toBe(false);
  expect(await leftovers(shop, async () => true)).toEqual([]);
});
