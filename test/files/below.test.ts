import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { homeFile } from '../../src/agents/cli-process.ts';
import { linkLogin } from '../../src/agents/login.ts';
import { fileBelow, folderBelow } from '../../src/files/below.ts';
import { requestFor } from '../agents/helpers.ts';
import { temporaryFolder } from '../processes/helpers.ts';

test.each([
  ['the folder', (home: string, outside: string) => symlinkSync(outside, path.join(home, '.tool'))],
  [
    'the file',
    (home: string, outside: string) => {
      mkdirSync(path.join(home, '.tool'));
      symlinkSync(path.join(outside, 'settings.json'), path.join(home, '.tool/settings.json'));
    },
  ],
  ['a file for the folder, and', (home: string) => writeFileSync(path.join(home, '.tool'), 'x')],
  [
    'a folder for the file, and',
    (home: string) => mkdirSync(path.join(home, '.tool/settings.json/x'), { recursive: true }),
  ],
])('a file below a folder is its own where an agent put a link for %s', async (_, put) => {
  const [home, outside] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(path.join(outside, 'settings.json'), 'mine');
  put(home, outside);
  const file = await fileBelow(home, '.tool/settings.json', 'new');
  expect([file, readFileSync(file, 'utf8')]).toEqual([path.join(home, '.tool/settings.json'), 'new']);
  expect(lstatSync(path.join(home, '.tool')).isDirectory()).toBe(true);
  expect(readFileSync(path.join(outside, 'settings.json'), 'utf8')).toBe('mine');
});

test('settings and logins of a CLI stay in its HOME, whatever an agent made of that', async () => {
  const [person, outside] = [temporaryFolder(), temporaryFolder()];
  const request = requestFor('');
  mkdirSync(path.join(person, '.claude'));
  writeFileSync(path.join(person, '.claude/.credentials.json'), 'login');
  for (const name of ['.claude', '.gemini', 'tmp']) symlinkSync(outside, path.join(request.home, name));
  await homeFile(request, '.gemini/settings.json', {});
  await linkLogin('claude', request, person);
  await folderBelow(request.home, 'tmp');
  expect(readdirSync(outside)).toEqual([]);
  expect(readFileSync(path.join(request.home, '.claude/.credentials.json'), 'utf8')).toBe('login');
});
