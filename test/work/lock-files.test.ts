import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { knownLockFile } from '../../src/work/lock-files.ts';

afterEach(() => vi.unstubAllEnvs());

/** A PATH with just these programs. */
const pathWith = (...tools: string[]) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'baton-path-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const tool of tools) {
    writeFileSync(path.join(folder, tool), '');
    chmodSync(path.join(folder, tool), 0o755);
  }
  vi.stubEnv('PATH', folder);
};

it.each([
  ['package-lock.json', 'npm', 'npm install --package-lock-only'],
  ['npm-shrinkwrap.json', 'npm', 'npm install --package-lock-only'],
  ['pnpm-lock.yaml', 'pnpm', 'pnpm install --lockfile-only'],
  ['yarn.lock', 'yarn', 'yarn install'],
  ['bun.lock', 'bun', 'bun install --lockfile-only'],
  ['bun.lockb', 'bun', 'bun install --lockfile-only'],
  ['Cargo.lock', 'cargo', 'cargo update --workspace'],
  ['go.sum', 'go', 'go mod tidy'],
  ['poetry.lock', 'poetry', 'poetry lock'],
  ['uv.lock', 'uv', 'uv lock'],
  ['Gemfile.lock', 'bundle', 'bundle lock'],
])('%s is made by %s in its own folder, if that is there', async (file, tool, run) => {
  pathWith(tool);
  expect(await knownLockFile(file)).toMatchObject({ folder: '.', run: expect.stringContaining(run) });
  expect(await knownLockFile(`apps/web/${file}`)).toMatchObject({ folder: 'apps/web' });
  pathWith();
  expect(await knownLockFile(file)).toBeUndefined();
});

it('no other file is known', async () => {
  pathWith('npm', 'go');
  for (const file of ['package.json', 'constructor', 'src/go.sum.txt', 'go.mod'])
    expect(await knownLockFile(file)).toBeUndefined();
});
