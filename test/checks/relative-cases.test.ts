import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { relativeCases } from '../../src/checks/relative-cases.ts';
import { temporaryFolder } from '../processes/helpers.ts';

const passed = (name: string, file?: string) => ({
  name,
  ...(file === undefined ? {} : { file }),
  status: 'passed' as const,
});

test('files below the root, or below the folder it links to, become relative', async () => {
  const real = temporaryFolder();
  const root = join(temporaryFolder(), 'link (1)');
  symlinkSync(real, root);
  const cases = [passed('a', join(root, 'test/a.ts')), passed('a', join(real, 'test/a.ts'))];
  expect(await relativeCases(cases, `${root}/`)).toEqual([
    passed('a', 'test/a.ts'),
    passed('a', 'test/a.ts'),
  ]);
});

test('names of files that could not be loaded become relative, and nothing else changes', async () => {
  const root = '/trees/one';
  const cases = [
    passed('/trees/one/test/b.test.ts'),
    passed('suite > /trees/one/test/b.test.ts'),
    passed('reads /trees/one', 'test/a.ts'),
    passed('x', '/trees/one-more/a.ts'),
    passed('/data/trees/one/a.ts', '/elsewhere/a.ts'),
    { ...passed('y', '/trees/one/..a/b.ts'), durationMs: 3, flaky: true as const },
  ];
  expect(await relativeCases(cases, root)).toEqual([
    passed('test/b.test.ts'),
    passed('suite > test/b.test.ts'),
    ...cases.slice(2, 5),
    { ...cases[5], file: '..a/b.ts' },
  ]);
});

test('cases that are relative stay as they are', async () => {
  const cases = [passed('a > b', 'test/a.ts'), passed('c')];
  expect(await relativeCases(cases, temporaryFolder())).toEqual(cases);
});

test('each path in a name becomes relative, whatever its root is called', async () => {
  const root = '/trees/a+b (1)';
  const [one] = await relativeCases([passed(`${root}/x.ts > ${root}/y.ts`)], root);
  expect(one?.name).toBe('x.ts > y.ts');
});
