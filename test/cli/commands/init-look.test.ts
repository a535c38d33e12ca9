import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAt } from '../../../src/cli/init/look.ts';
import { runGit } from '../../support/run-git.ts';
import { writeFiles } from '../../work/stacks/open-feature.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-look-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function looked(name: string, files: Readonly<Record<string, string>>) {
  const repo = path.join(folder, name);
  await writeFiles(repo, files);
  await runGit(repo, 'init', '-q', '-b', 'main');
  await runGit(repo, 'add', '-A');
  await runGit(repo, '-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
  return (await lookAt(repo, undefined)).detected;
}
const many = (count: number, name: (at: number) => string, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), text]));

it('baton init reads how a project is built before its tests, however many there are', async () => {
  const detected = await looked('tests', {
    ...many(401, (at) => `a/test_${at}.py`, 'import unittest\n'),
    'pyproject.toml': '[project]\nname = "x"\n[project.optional-dependencies]\ndev = ["mypy"]\n[tool.mypy]\n',
    'uv.lock': '',
  });
  expect(detected.checks.map(({ name }) => name)).toEqual(['test', 'types']);
  expect(detected.setup?.run).toContain('uv sync --frozen --extra dev');
  expect(detected.notes.join()).not.toContain('read');
});

it('baton init reads the topmost files of too many, and says that it left some out', async () => {
  const detected = await looked('packages', {
    ...many(401, (at) => `a/packages/p${String(at).padStart(3, '0')}/package.json`, '{}'),
    'package.json': '{ "scripts": { "test": "node --test" } }\n',
    'a.test.js': '',
  });
  expect(detected.checks[0]?.why).toBe('node:test, from scripts.test of package.json');
  expect(detected.notes).toEqual([
    'Only 400 of 402 files that tell how projects are built were read, the topmost first: check what was found. Not read: a/packages/p399/package.json, a/packages/p400/package.json.',
  ]);
});
