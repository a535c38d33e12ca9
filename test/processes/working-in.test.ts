import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { processesIn } from '../../src/processes/working-in.ts';

it('finds programs that work in a folder or below, and neither shells nor those beside it', async () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'baton-in-')));
  const below = path.join(root, 'one', 'sub');
  mkdirSync(below, { recursive: true });
  mkdirSync(path.join(root, 'one-more'));
  // Each says when it is there.
  const program = [process.execPath, '-e', 'console.log(1); setInterval(() => {}, 1000)'];
  const started = [
    spawn(program[0] ?? '', program.slice(1), { cwd: below }),
    spawn(program[0] ?? '', program.slice(1), { cwd: path.join(root, 'one-more') }),
    spawn('sh', ['-c', 'echo 1; read x'], { cwd: path.join(root, 'one') }),
  ];
  onTestFinished(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  await Promise.all(started.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))));
  const found = await processesIn(path.join(root, 'one'));
  expect(found?.map(({ pid, folder }) => [pid, folder])).toEqual([[started[0]?.pid, below]]);
  expect(await processesIn(path.join(root, 'none'))).toEqual([]);
});
