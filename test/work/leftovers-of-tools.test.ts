import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Modes don't bind root: then the work is done as `nobody`. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const ROOT = path.resolve(import.meta.dirname, '../..');

/** Runs a module's text as a user whom modes bind, with a folder of its own as TMPDIR. */
const asNobody = (folder: string, text: string): void => {
  execFileSync('node', ['--import', 'tsx', '--input-type=module', '-e', text], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: folder, TMPDIR: folder },
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
};

/** Read-only folders and one that may not even be looked into, deep below `at`. */
const SEALED = `
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
const sealed = (at) => {
  mkdirSync(at + '/go/pkg/mod@v1/deep', { recursive: true });
  writeFileSync(at + '/go/pkg/mod@v1/deep/a.go', 'a');
  mkdirSync(at + '/shut/inside', { recursive: true });
  writeFileSync(at + '/shut/inside/b', 'b');
  for (const each of ['/go/pkg/mod@v1/deep', '/go/pkg/mod@v1']) chmodSync(at + each, 0o555);
  for (const each of ['/shut/inside', '/shut']) chmodSync(at + each, 0);
};`;

const ownFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'baton-sealed-'));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  return folder;
};

test('what tools left read-only or shut in an agent’s HOME is forgotten with the feature', () => {
  const folder = ownFolder();
  asNobody(
    folder,
    `${SEALED}
    const { newWorkshop } = await import('./test/work/new-workshop.ts');
    const { home, shop } = await newWorkshop();
    for (const of of ['agents', 'worktrees', 'sessions']) sealed(home.paths[of] + '/prefs/one');
    sealed(home.paths.worktree('other', 'one'));
    await shop.forget('other');
    await shop.forget('prefs');
    const { existsSync } = await import('node:fs');
    if (['agents', 'worktrees', 'sessions'].some((of) => existsSync(home.paths[of] + '/prefs'))) process.exit(7);
    if (existsSync(home.paths.treesOf('other'))) process.exit(8);
    await home.release();`,
  );
}, 60_000);

test('what stands in the way of a report goes, whatever its modes', () => {
  const folder = ownFolder();
  asNobody(
    folder,
    `${SEALED}
    const { FreshReport } = await import('./src/checks/report-files.ts');
    sealed(process.env.HOME + '/report.xml');
    await new FreshReport(process.env.HOME, 'report.xml').clear();`,
  );
  expect(existsSync(path.join(folder, 'report.xml'))).toBe(false);
}, 60_000);

test('what a killed process left in the temporary folder goes, whatever its modes', () => {
  const folder = ownFolder();
  const left = path.join(folder, 'baton-of-999999999-00000000');
  asNobody(
    folder,
    `${SEALED}
    sealed(${JSON.stringify(left)} + '/command-x');
    const { clearTemporary } = await import('./src/processes/temporary.ts');
    const { removeTree } = await import('./src/installed/remove-tree.ts');
    await clearTemporary(removeTree);`,
  );
  expect(existsSync(left)).toBe(false);
}, 60_000);
