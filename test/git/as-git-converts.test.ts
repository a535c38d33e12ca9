import { Buffer } from 'node:buffer';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { worktreePaths } from '../../src/git/worktree/worktree-paths.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { attempt, git, temporaryFolder, userRepository, write } from './fixture.ts';

/** What a file may be told to be, by the folder that says so. */
const RULES: Readonly<Record<string, string>> = {
  none: '',
  text: '*.x text',
  auto: '*.x text=auto',
  autocrlf: '*.x text=auto eol=crlf',
  autolf: '*.x text=auto eol=lf',
  crlf: '*.x text eol=crlf',
  eolcrlf: '*.x eol=crlf',
  lf: '*.x eol=lf',
  binary: '*.x binary',
  notext: '*.x -text',
  old: '*.x crlf=input',
  ident: '*.x ident',
  identcrlf: '*.x text eol=crlf ident',
  utf16: '*.x text working-tree-encoding=UTF-16',
  utf16lebom: '*.x text working-tree-encoding=UTF-16LE-BOM eol=crlf',
  utf16be: '*.x working-tree-encoding=UTF-16BE',
  latin1: '*.x working-tree-encoding=ISO-8859-1',
  sjis: '*.x text working-tree-encoding=SHIFT-JIS',
  utf8: '*.x text working-tree-encoding=UTF-8',
  unknown: '*.x working-tree-encoding=NONE',
  unset: '*.x -working-tree-encoding text=auto',
  filter: '*.x filter=nobodys',
};

const latin1 = (text: string) => Buffer.from(text, 'latin1');
/** What is in files that were there before the rules. */
const CONTENTS: Readonly<Record<string, Buffer>> = {
  lf: latin1('one\ntwo\nthree\n'),
  crlf: latin1('one\r\ntwo\r\nthree\r\n'),
  mixed: latin1('one\r\ntwo\nthree\n'),
  cr: latin1('one\rtwo\rthree'),
  crlfcr: latin1('one\r\ntwo\rthree\r\r\n'),
  open: latin1('one\r\ntwo'),
  empty: latin1(''),
  newline: latin1('\n'),
  id: latin1('$Id$\n$Id: by hand $\r\n'),
  nul: latin1('a\0b\r\nc\n'),
  utf8: Buffer.from('h\u00e9\n\u00fc\r\n', 'utf8'),
  utf8bom: Buffer.from('\ufeffh\u00e9\r\n', 'utf8'),
  utf16: Buffer.from('\ufeffh\u00e9\r\nx\n', 'utf16le'),
  latin1: latin1('h\u00e9\r\n'),
  eof: latin1('one\r\ntwo\x1a'),
};

const FILES = Object.keys(RULES).flatMap((rule) => Object.keys(CONTENTS).map((name) => `${rule}/${name}.x`));
const contentAt = (file: string): Buffer => CONTENTS[path.basename(file, '.x')] ?? Buffer.alloc(0);

/** A repository whose files were there before the rules for them, a packet's tree of it, and a clone by git itself. */
const prepared = async () => {
  const root = temporaryFolder();
  const origin = userRepository(root);
  for (const file of FILES) {
    mkdirSync(path.dirname(path.join(origin, file)), { recursive: true });
    writeFileSync(path.join(origin, file), contentAt(file));
  }
  git(origin, 'add', '--all');
  git(origin, 'commit', '--quiet', '-m', 'files');
  const rules = Object.entries(RULES).map(([folder, text]) => [`${folder}/.gitattributes`, `${text}\n`]);
  write(origin, Object.fromEntries(rules));
  git(origin, 'add', '*.gitattributes');
  git(origin, 'commit', '--quiet', '-m', 'rules');
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
  const base = await repo.resolveBase('main');
  const id = { feature: 'prefs', name: 'one', epoch: 1 };
  const { path: folder } = await repo.prepareWorktree({ ...id, start: base });
  const clone = path.join(root, 'clone');
  git(root, 'clone', '--quiet', origin, clone);
  return { repo, base, id, folder, clone };
};

const blobs = (folder: string, at: string): Record<string, string> =>
  Object.fromEntries(
    git(folder, 'ls-tree', '-r', at)
      .split('\n')
      .map((line) => [line.split('\t')[1] ?? '', line.split(/\s/)[2] ?? '']),
  );

const read = (folder: string) =>
  Object.fromEntries(FILES.map((file) => [file, readFileSync(path.join(folder, file)).toString('latin1')]));

test('every rule for every content is checked out as git does it', async () => {
  const { repo, base, id, folder, clone } = await prepared();
  expect(read(folder)).toEqual(read(clone));
  const own = { ...id, name: 'integration' };
  const { path: proof } = await repo.prepareWorktree({ ...own, start: base, own: true });
  await repo.checkoutClean(own, base);
  expect(read(proof)).toEqual(read(clone));
  expect(await repo.drift(own)).toEqual({ changed: [], added: [] });
  await repo.restoreFiles(own, FILES);
  expect(read(proof)).toEqual(read(clone));
});

test('a file that is written again as git checks it out is in no change, under any rule', async () => {
  const { repo, id, folder } = await prepared();
  const again = () => repo.commitAll({ worktree: id, message: 'Nothing' });
  expect(await again()).toMatchObject({ changed: false, unusable: [] });
  for (const file of FILES) {
    const content = readFileSync(path.join(folder, file));
    rmSync(path.join(folder, file));
    writeFileSync(path.join(folder, file), content);
  }
  expect(await again()).toMatchObject({ changed: false, unusable: [] });
  rmSync(path.join(worktreePaths(repo, id).admin, 'baton-stamps.json'));
  expect(await again()).toMatchObject({ changed: false, unusable: [] });
  for (const file of FILES) rmSync(path.join(folder, file));
  git(folder, 'checkout', '--quiet', '--', '.');
  expect(await again()).toMatchObject({ changed: false, unusable: [] });
});

test('a file that is edited is committed as git adds it, under any rule', async () => {
  const { repo, base, id, folder, clone } = await prepared();
  const edit = (at: string, file: string) =>
    writeFileSync(
      path.join(at, file),
      Buffer.concat([readFileSync(path.join(at, file)), latin1('four\r\n')]),
    );
  for (const file of FILES) {
    for (const at of [folder, clone]) edit(at, file);
  }
  const refused = Object.keys(RULES)
    .filter((folder) => !attempt(clone, 'add', folder))
    .flatMap((folder) => FILES.filter((file) => file.startsWith(`${folder}/`)))
    .filter((file) => !attempt(clone, 'add', file));
  expect(refused).not.toEqual([]);
  const work = await repo.commitAll({ worktree: id, message: 'Edits' });
  expect([...work.unusable].sort()).toEqual(refused.sort());
  expect(blobs(repo.clone, work.commit)).toEqual(blobs(clone, git(clone, 'write-tree')));
  expect(refused.map((file) => blobs(repo.clone, work.commit)[file])).toEqual(
    refused.map((file) => blobs(repo.clone, base)[file]),
  );
});
