import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { runGit } from '../../support/run-git.ts';
import { writeFiles } from '../../work/stacks/open-feature.ts';
import { baton } from '../in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-nested-'));
});
beforeEach(() => {
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('BATON_HOME', path.join(folder, 'home'));
  return () => vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const nodeTest = (title: string, value: number) =>
  `require('node:test').it('${title}', () => require('node:assert').equal(1, ${value}));\n`;
it('baton init tries projects below others: what is red in one of them is seen', async () => {
  const repo = path.join(folder, 'repo');
  await writeFiles(repo, {
    'package.json': '{ "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }\n',
    'client/package.json': '{ "scripts": { "test": "node --test" } }\n',
    'client/a.test.js': nodeTest('client adds', 2),
    'server/package.json': '{ "scripts": { "test": "node --test" } }\n',
    'server/a.test.js': nodeTest('server adds', 1),
  });
  await runGit(repo, 'init', '-q', '-b', 'main');
  await runGit(repo, 'add', '-A');
  await runGit(repo, '-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
  const { stdout } = await baton('init', repo, '--yes', '--json');
  const tests = JSON.parse(stdout).tried.checks.filter(({ name }: { name: string }) =>
    name.startsWith('test'),
  );
  expect(tests).toMatchObject([
    { name: 'test', passed: false, failing: [expect.stringContaining('client adds')] },
    { name: 'test-server', passed: true, tests: { total: 1, passing: 1 } },
  ]);
});
