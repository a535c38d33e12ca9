import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { contentsOf, setting } from './fixture.ts';

/** Does to a tree what watchers, dev servers and bundlers do, without a pause; says when it has begun. */
const CHURN = `
const fs = require('node:fs');
const path = require('node:path');
const at = process.argv[1];
const states = ['short\\n', 'a longer one\\n'.repeat(400), ''];
const quietly = (work) => { try { work(); } catch {} };
for (let count = 0; ; count += 1) {
  const name = path.join(at, 'busy', 'f' + (count % 40));
  const state = states[count % states.length];
  quietly(() => fs.mkdirSync(path.join(at, 'busy', 'd' + (count % 7)), { recursive: true }));
  quietly(() => fs.writeFileSync(name + '.tmp', state));
  quietly(() => fs.renameSync(name + '.tmp', name));
  quietly(() => fs.writeFileSync(path.join(at, 'busy', 'd' + (count % 7), 'x'), state));
  quietly(() => fs.writeFileSync(path.join(at, 'kept.txt'), state));
  if (count % 3 === 0) quietly(() => fs.unlinkSync(name));
  if (count % 5 === 0) quietly(() => fs.rmSync(path.join(at, 'busy', 'd' + (count % 7)), { recursive: true }));
  if (count % 11 === 0) quietly(() => fs.rmSync(path.join(at, 'busy'), { recursive: true }));
  if (count % 13 === 0) quietly(() => { fs.rmSync(name, { recursive: true }); fs.mkdirSync(name); });
  if (count % 17 === 0) quietly(() => fs.symlinkSync('nowhere', name));
  if (count % 19 === 0) quietly(() => fs.chmodSync(path.join(at, 'kept.txt'), count % 2 ? 0o755 : 0o644));
  if (count === 50) console.log('busy');
}`;

const churned = async (at: string): Promise<void> => {
  const child = spawn(process.execPath, ['-e', CHURN, at], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await once(child.stdout, 'data');
};

test('files that come, change and go while a tree is committed fail no commit', async () => {
  const { repo, worktree } = await setting({
    'a.txt': 'a\n',
    'kept.txt': 'kept\n',
    '.gitattributes': '*.txt text\n',
  });
  const { id, path: at } = await worktree('one');
  await churned(at);
  const states = new Set(['', 'short\n', 'a longer one\n'.repeat(400)]);
  for (let count = 0; count < 12; count += 1) {
    const work = await repo.commitAll({ worktree: id, message: `Work ${count}` });
    expect(work.unusable).toEqual([]);
    const contents = contentsOf(repo, work.commit);
    expect(contents['a.txt']).toBe('a\n');
    const busy = Object.entries(contents).filter(([file]) => path.dirname(file).startsWith('busy'));
    // A file that is cut short and written anew is in between for a moment, as every reader would see it.
    for (const [file, text] of busy)
      if (!text.startsWith('-> '))
        expect([file, [...states].some((each) => each.startsWith(text))]).toEqual([file, true]);
  }
});

test('a clean tree is checked out, looked at and put back while its files change', async () => {
  const { repo, base, worktree } = await setting({
    'a.txt': 'a\n',
    'kept.txt': 'kept\n',
    ...Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`busy/f${at}`, 'f\n'])),
  });
  const { id, path: at } = await worktree('integration', base, { own: true });
  await churned(at);
  for (let count = 0; count < 6; count += 1) {
    await repo.checkoutClean(id, base);
    const { changed } = await repo.drift(id);
    await repo.restoreFiles(id, changed);
    await repo.presentTree(id);
  }
});
