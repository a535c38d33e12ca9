import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { removeAll } from '../../src/installed/remove-all.ts';

const folder = () => {
  const at = path.join(mkdtempSync(path.join(tmpdir(), 'baton-removed-')), 'tree');
  for (let n = 0; n < 3000; n += 1) {
    const inside = path.join(at, `folder-${n % 30}`);
    if (n < 30) mkdirSync(inside, { recursive: true });
    writeFileSync(path.join(inside, `file-${n}`), '');
  }
  return at;
};

describe('a tree that is removed', () => {
  it('goes although somebody writes to it meanwhile', async () => {
    const at = folder();
    // It ends by itself: with the folder it can't write any more.
    const script = `echo begun; n=0; while echo > "$0/new-$n" && [ $n -lt 6000 ]; do n=$((n+1)); done`;
    const writer = execa('sh', ['-c', script, at], { reject: false });
    await once(writer.stdout, 'data');
    await removeAll(at);
    await writer;
    expect(existsSync(at)).toBe(false);
  });

  it('need not be there', async () => {
    const nothing = path.join(tmpdir(), 'baton-nothing-there');
    await expect(removeAll(nothing)).resolves.toBeUndefined();
  });
});
