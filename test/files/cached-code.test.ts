import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCached } from '../../src/files/cached-code.ts';
import { temporaryFolder } from '../git/fixture.ts';

describe('a file that is run with the code compiled before', () => {
  let file: string;
  let folder: string;
  const write = (answer: string) => {
    writeFileSync(
      file,
      `exports.answer = () => '${answer}'; exports.name = require('node:path').basename(__filename);`,
    );
    // Text of the same size, written within one tick of the clock, would be the same file.
    utimesSync(file, new Date(), new Date(1_700_000_000_000 + answer.charCodeAt(0) * 1000));
  };
  const run = (use = 'one') => {
    const code = runCached(file, folder);
    const { answer, name } = code.exports as { answer(): string; name: string };
    code.keep(use);
    return `${answer()} ${name}`;
  };
  const kept = () => readdirSync(folder).map((name) => path.join(folder, name));
  const usesIn = (cache: string) => JSON.parse(/\[.*\]/.exec(readFileSync(cache, 'latin1'))?.[0] ?? '');

  beforeEach(() => {
    const dir = temporaryFolder();
    file = path.join(dir, 'file.cjs');
    folder = path.join(dir, 'a', 'cache');
    write('a');
  });

  it('does what it does without; what was compiled is kept once for each use', () => {
    expect(run()).toBe('a file.cjs');
    const [cache = ''] = kept();
    expect(usesIn(cache)).toEqual(['one']);
    const before = readFileSync(cache);
    expect(run()).toBe('a file.cjs');
    expect(readFileSync(cache)).toEqual(before);
    expect(run('two')).toBe('a file.cjs');
    expect(usesIn(cache)).toEqual(['one', 'two']);
  });

  it('is run as it is now: code of another text is not used, and goes', () => {
    run();
    const before = kept();
    write('b');
    expect(run()).toBe('b file.cjs');
    expect(kept()).toHaveLength(1);
    expect(kept()).not.toEqual(before);
  });

  it('is run whatever became of the cache, which is then made anew', () => {
    run();
    const [cache = ''] = kept();
    const before = readFileSync(cache);
    truncateSync(cache, before.length - 10);
    expect(run()).toBe('a file.cjs');
    expect(usesIn(cache)).toEqual(['one']);
    writeFileSync(
      cache,
      before.map((byte, index) => (index === before.length - 20 ? byte ^ 1 : byte)),
    );
    expect(run()).toBe('a file.cjs');
    writeFileSync(cache, '');
    expect(run('two')).toBe('a file.cjs');
    expect(usesIn(cache)).toEqual(['two']);
  });

  it('is run where nothing can be kept', () => {
    mkdirSync(path.dirname(folder));
    writeFileSync(folder, 'not a folder');
    expect(run()).toBe('a file.cjs');
    chmodSync(folder, 0o400);
    expect(run()).toBe('a file.cjs');
  });
});
