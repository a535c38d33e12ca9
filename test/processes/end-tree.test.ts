import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { endTree } from '../../src/processes/end-tree.ts';
import {
  descendantsOf,
  environmentOf,
  processesWith,
  startTimeOf,
} from '../../src/processes/process-table.ts';
import { basicEnv, eventually, pidIn, temporaryFolder } from './helpers.ts';

async function start(script: string, env: Record<string, string>, cwd = temporaryFolder()) {
  const child = spawn('sh', ['-c', script], { cwd, env: basicEnv(env), detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  const { pid = 0 } = child;
  return { child, pid, startTime: await startTimeOf(pid), cwd };
}
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
const gone = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null || undefined;

test('a process is told by its start time, and none is told for a number that is free', async () => {
  expect(await startTimeOf(process.pid)).toBe(await startTimeOf(process.pid));
  expect(await startTimeOf(2 ** 22 + 5)).toBeUndefined();
});

test('a process that ended and was not waited for counts as gone', async () => {
  const { child, pid } = await start('exit 0', {});
  await eventually(() => gone(child));
  expect(await startTimeOf(pid)).toBeUndefined();
});

test('processes are found by what their environment holds, all of it', async () => {
  const id = randomUUID();
  const { pid } = await start('exec sleep 60', { BATON_RUN: id, BATON_FEATURE: 'a b' });
  expect((await processesWith({ BATON_RUN: id, BATON_FEATURE: 'a b' })).map((one) => one.pid)).toEqual([pid]);
  expect(await processesWith({ BATON_RUN: id, BATON_FEATURE: 'other' })).toEqual([]);
  expect(await environmentOf(pid)).toMatchObject({ BATON_FEATURE: 'a b' });
  await expect(processesWith({})).rejects.toThrow(/at least one/);
});

test('descendants are children and their children', async () => {
  const { pid, cwd } = await start('sh -c "sleep 60 & echo \\$! > leaf.pid; wait" & wait', {
    BATON_RUN: randomUUID(),
  });
  const leaf = await pidIn(join(cwd, 'leaf.pid'));
  expect((await descendantsOf(pid)).map((one) => one.pid)).toContain(leaf);
  const ended = await endTree({ pid, startTime: await startTimeOf(pid), env: {} });
  expect(ended.left).toEqual([]);
  expect(ended.ended).toContain(leaf);
});

test('a tree is ended with a child in a session of its own and one that emptied its environment', async () => {
  const id = randomUUID();
  const { pid, startTime, cwd } = await start(
    `setsid sh -c 'echo $$ > session.pid; exec sleep 60' &
     env -i /bin/sh -c 'echo $$ > bare.pid; exec /bin/sleep 60' & wait`,
    { BATON_RUN: id },
  );
  const others = [await pidIn(join(cwd, 'session.pid')), await pidIn(join(cwd, 'bare.pid'))];
  const { ended, left } = await endTree({ pid, startTime, env: { BATON_RUN: id } });
  expect(left).toEqual([]);
  expect(ended).toEqual(expect.arrayContaining([pid, ...others]));
  for (const one of others) expect(await startTimeOf(one)).toBeUndefined();
});

test('an orphan is found by its environment when its whole family is gone', async () => {
  const id = randomUUID();
  const { child, cwd } = await start(`setsid sh -c 'echo $$ > orphan.pid; exec sleep 60' & exit 0`, {
    BATON_RUN: id,
  });
  await eventually(() => gone(child));
  const orphan = await pidIn(join(cwd, 'orphan.pid'));
  expect(await endTree({ env: { BATON_RUN: id } })).toEqual({ ended: [orphan], left: [] });
});

test('what starts a session of its own and goes on in it, again and again, is caught', async () => {
  const id = randomUUID();
  // Each is gone within milliseconds, and the next, which ignores SIGTERM as it did, has neither parent nor group of it.
  const script = `trap '' TERM; echo $$ >> pids; sleep 0.02; setsid sh "$0" < /dev/null > /dev/null 2>&1 & exit 0`;
  const { cwd } = await start(`printf '%s\\n' ${quoted(script)} > relay; setsid sh relay & exit 0`, {
    BATON_RUN: id,
  });
  const ran = async () => (await readFile(join(cwd, 'pids'), 'utf8').catch(() => '')).split('\n').length;
  await eventually(async () => (await ran()) > 20 || undefined);
  expect((await endTree({ env: { BATON_RUN: id }, graceMs: 200 })).left).toEqual([]);
  const before = await ran();
  await sleep(300);
  expect(await ran()).toBe(before);
});

test('what starts others for ever, each in a session of its own, is ended with all of them', async () => {
  const id = randomUUID();
  const { pid, startTime } = await start(`trap '' TERM; while :; do setsid sleep 60 & sleep 0.02; done`, {
    BATON_RUN: id,
  });
  await eventually(async () => (await processesWith({ BATON_RUN: id })).length > 20 || undefined);
  expect((await endTree({ pid, startTime, env: { BATON_RUN: id }, graceMs: 100 })).left).toEqual([]);
  expect(await processesWith({ BATON_RUN: id })).toEqual([]);
});

test('what ignores SIGTERM gets SIGKILL after the grace', async () => {
  const id = randomUUID();
  const { pid, startTime, cwd } = await start(`trap '' TERM; echo $$ > up.pid; while :; do sleep 1; done`, {
    BATON_RUN: id,
  });
  await pidIn(join(cwd, 'up.pid'));
  const began = Date.now();
  expect((await endTree({ pid, startTime, env: { BATON_RUN: id }, graceMs: 300 })).left).toEqual([]);
  expect(Date.now() - began).toBeGreaterThanOrEqual(300);
  expect(await startTimeOf(pid)).toBeUndefined();
});

test('a number that another process has by now is left alone', async () => {
  const { pid, startTime } = await start('exec sleep 60', {});
  expect(await endTree({ pid, startTime: 'another time', env: {} })).toEqual({ ended: [], left: [] });
  expect(await endTree({ pid, env: {} })).toEqual({ ended: [], left: [] });
  expect(await startTimeOf(pid)).toBe(startTime);
  await endTree({ pid, startTime, env: {} });
});

test('Baton never ends itself', async () => {
  const startTime = await startTimeOf(process.pid);
  const { ended } = await endTree({ pid: process.pid, startTime, env: {}, graceMs: 50 });
  expect(ended).not.toContain(process.pid);
  expect(ended).not.toContain(process.ppid);
});
