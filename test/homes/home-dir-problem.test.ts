import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeHomeDir } from '../../src/homes/home-dir.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-homes-'));
  await writeFile(path.join(folder, 'file'), 'x');
  await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling'));
  await symlink('circle', path.join(folder, 'circle'));
  await mkdir(path.join(folder, 'closed'), { mode: 0o500 });
});
afterAll(async () => {
  await chmod(path.join(folder, 'closed'), 0o700);
  await rm(folder, { recursive: true, force: true });
});

it.each([
  ['a file', 'file', /file is a file, and no folder/],
  ['below a file', 'file/home', /file is a file, and no folder/],
  ['a dangling link', 'dangling', /dangling is a link to .*nowhere, which is not there/],
  ['below a dangling link', 'dangling/home', /dangling is a link to .*nowhere, which is not there/],
  ['a link to itself', 'circle', /its links lead in a circle/],
  ['where nothing can be made', '/proc/x', /folders can’t be made there/],
  ['a folder of the kernel', '/proc/self', /Baton can't keep its files in/],
])('a home that is %s is refused by name, with what to do', async (_, home, why) => {
  const at = path.resolve(folder, home);
  const refused = await makeHomeDir(at).catch((error: Error) => error.message);
  expect(refused).toMatch(why);
  expect(refused).toContain(`Baton can't keep its files in ${at}: `);
  expect(refused).toMatch(/Name another folder by BATON_HOME or --home\.$/);
});

it('a home is made with the folders above it, for its user alone', async () => {
  const home = path.join(folder, 'a/b/home');
  await Promise.all([makeHomeDir(home), makeHomeDir(home)]);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});
