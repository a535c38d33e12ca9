import { expect, it } from 'vitest';
import { leftBehindIn } from '../../src/work/left-behind.ts';

const TRACKED = ['README.md', 'src/index.ts', 'src/deep/a.ts'];

it('names a folder only if the set-up made it, or it is a cache or build output by its name', () => {
  const left = ['deps/x', '.cache/a/b', 'src/__pycache__/m.pyc', 'docs/api.md', 'src/left.log', 'top.txt'];
  expect(leftBehindIn(left, TRACKED, ['deps'])).toEqual([
    '.cache/',
    'deps/',
    'docs/api.md',
    'src/__pycache__/',
    'src/left.log',
    'top.txt',
  ]);
});

it('names a folder that checks fill with many files, and no folder of the commit', () => {
  const many = Array.from({ length: 21 }, (_, n) => `shots/${n}.png`);
  expect(leftBehindIn(many, TRACKED, [])).toEqual(['shots/']);
  expect(leftBehindIn(many.slice(0, 20), TRACKED, [])).toHaveLength(20);
  expect(leftBehindIn(['src/deep/dist/x.js'], TRACKED, [])).toEqual(['src/deep/dist/']);
});
