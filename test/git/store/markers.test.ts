import { expect, test } from 'vitest';
import { git, setting, write } from '../fixture.ts';

const CONFLICT = `start
<<<<<<< 1111111
ours
||||||| 2222222
base
=======
theirs
>>>>>>> 3333333
end
`;

const without = (...markers: string[]) =>
  CONFLICT.split('\n')
    .filter((line) => !markers.some((marker) => line.startsWith(marker)))
    .join('\n');

/** Which of its files are left over if `files` are committed on a head that holds `head`. */
const leftOver = async (head: Record<string, string>, files: Record<string, string>, only?: string[]) => {
  const { repo, base, worktree } = await setting(head);
  const { id, path: folder } = await worktree('one');
  write(folder, files);
  const { commit } = await repo.commitAll({ worktree: id, message: 'solved' });
  return repo.leftoverMarkers(base, commit, only ?? Object.keys(files));
};

test('each kind of marker that is left alone is found', async () => {
  const files = {
    'all.txt': CONFLICT,
    'opening gone.txt': without('<<<<<<<'),
    'closing gone.txt': without('>>>>>>>'),
    'both gone.txt': without('<<<<<<<', '>>>>>>>', '|||||||'),
    'base only.txt': without('<<<<<<<', '=======', '>>>>>>>'),
    'closing only.txt': without('<<<<<<<', '|||||||', '======='),
    'windows.txt': CONFLICT.replaceAll('\n', '\r\n'),
    'binary.dat': `\0${CONFLICT}`,
  };
  expect((await leftOver({ 'a.txt': 'a\n' }, files)).sort()).toEqual(Object.keys(files).sort());
});

test('what only looks a bit like a marker is none', async () => {
  const files = {
    'solved.txt': without('<<<<<<<', '|||||||', '=======', '>>>>>>>'),
    'longer.txt': '<<<<<<<<\n========\n>>>>>>>>>\n',
    'inside.txt': 'a <<<<<<< b\n  =======\n# >>>>>>> c\n=======x\n',
  };
  expect(await leftOver({ 'a.txt': 'a\n' }, files)).toEqual([]);
});

const DOCUMENT = `Merging
=======

\`\`\`
${CONFLICT}\`\`\`
`;

test('a document that shows a conflict is left over only if it conflicted and head had none of it', async () => {
  expect(await leftOver({ 'a.txt': 'a\n' }, { 'doc.md': DOCUMENT, 'a.txt': 'b\n' }, ['a.txt'])).toEqual([]);
  expect(await leftOver({ 'a.txt': 'a\n' }, { 'doc.md': DOCUMENT })).toEqual(['doc.md']);
  const edited = { 'doc.md': `${DOCUMENT}More.\n` };
  expect(await leftOver({ 'doc.md': DOCUMENT }, edited)).toEqual([]);
});

test('a heading that head has underlined is no marker, one that is new in a conflicting file is', async () => {
  const head = { 'README.md': 'Title\n=======\n\ntext\n' };
  expect(await leftOver(head, { 'README.md': 'Title\n=======\n\nother text\n' })).toEqual([]);
  expect(await leftOver(head, { 'README.md': 'Title\n=======\n\ntext\n\nNext\n=======\n' })).toEqual([
    'README.md',
  ]);
});

test('files that are gone, new, links or named oddly are looked at as they are', async () => {
  const { repo, base, worktree } = await setting({ 'gone.txt': CONFLICT, 'a.txt': 'a\n' });
  const { id, path: folder } = await worktree('one');
  const odd = 'ünï [a]*\n"x".txt';
  write(folder, { [odd]: CONFLICT });
  git(folder, 'rm', '-q', 'gone.txt');
  const { commit } = await repo.commitAll({ worktree: id, message: 'x' });
  expect(await repo.leftoverMarkers(base, commit, ['gone.txt', 'none.txt', 'a.txt', odd])).toEqual([odd]);
  expect(await repo.leftoverMarkers(base, commit, [])).toEqual([]);
  const many = [...Array.from({ length: 1200 }, (_, n) => `many/${n}`), odd];
  expect(await repo.leftoverMarkers(base, commit, many)).toEqual([odd]);
});
