import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openFeature } from './open-feature.ts';

it('in a package that a packet removed, what is installed stays, and nothing that a test put beside it', async () => {
  const feature = await openFeature({
    files: {
      '.gitignore': 'deps/\n',
      'deps.lock': '1\n',
      'pkg/index.txt': 'x\n',
      'tests/works.sh': 'test ! -e pkg/planted\n',
    },
    checks: {
      setup: { run: 'mkdir -p deps pkg/deps && touch deps/one pkg/deps/two', inputs: ['deps.lock'] },
      test: 'for file in tests/*.sh; do sh "$file" || exit 1; done && test -e pkg/deps/two && touch pkg/planted',
    },
    config: { worktrees: { installed: ['deps', 'pkg/deps'] } },
  });
  onTestFinished(() => feature.close());
  const removal = () => rm(path.join(tree.path, 'pkg/index.txt'));
  const tree = await feature.begin('one');
  expect((await feature.handIn('one', { 'a.txt': '1\n' }, removal)).red).toEqual([]);
  expect((await feature.handIn('one', { 'a.txt': '2\n' })).red).toEqual([]);
});
