import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-exported-names-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs the check on a folder of these files. */
async function check(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return await execa(process.execPath, [path.join(root, 'tools/exported-names.mjs'), folder], {
    reject: false,
  });
}

test('a name that two files export is refused, with each file and line', async () => {
  const found = await check({
    'git/place.ts': '/** Paths. */\nexport interface Place {\n  readonly path: string;\n}\n',
    'config/place.ts': 'export type Place = { readonly line: number };\n',
    'cli/cut.ts': 'export const cut = (text: string) => text;\n',
    'domain/cut.ts': 'function cut() {}\n\nexport { cut };\n',
    'domain/wait.ts': 'export async function* wait() {}\n',
    'cli/wait.ts': 'const later = 1;\nexport { later as wait };\n',
  });
  expect(found.exitCode).toBe(1);
  const at = (name: string) => path.join(folder, name);
  expect(found.stderr).toContain(
    `Place is exported by 2 files:\n  ${at('config/place.ts')}:1\n  ${at('git/place.ts')}:2\n`,
  );
  expect(found.stderr).toContain(
    `cut is exported by 2 files:\n  ${at('cli/cut.ts')}:1\n  ${at('domain/cut.ts')}:3\n`,
  );
  expect(found.stderr).toContain('wait is exported by 2 files');
  expect(found.stderr).toContain('give each its own word');
});

test('one name a file passes: overloads, a type beside its value, names handed on, names of the file alone', async () => {
  const found = await check({
    'one.ts':
      'export function one(a: string): string;\nexport function one(a: number): number;\nexport function one(a: unknown) {\n  return a;\n}\n',
    'phase.ts': "export const Phase = ['a'] as const;\nexport type Phase = (typeof Phase)[number];\n",
    'index.ts': "export { one } from './one.ts';\nexport type { Phase } from './phase.ts';\n",
    'other.ts': 'const one = 1;\nexport const two = one;\n',
  });
  expect(found).toMatchObject({ exitCode: 0, stderr: '' });
});

test('src passes', async () => {
  const found = await execa(process.execPath, ['tools/exported-names.mjs'], { cwd: root, reject: false });
  expect(found).toMatchObject({ exitCode: 0, stderr: '' });
});
