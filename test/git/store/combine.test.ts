import { expect, test } from 'vitest';
import type { ToCombine } from '../../../src/git/store/combine.ts';
import { commit, contentsOf, git, setting, write } from '../fixture.ts';

type Change = Record<string, string> | ((origin: string) => void);

/** Two branches of the user's repository that begin at one commit, both fetched. */
const branches = async (base: Record<string, string>, feature: Change, main: Change) => {
  const { repo, origin, ...rest } = await setting(base);
  const make = (change: Change) => {
    if (typeof change !== 'function') return commit(origin, change);
    change(origin);
    return commit(origin, {});
  };
  git(origin, 'checkout', '-q', '-b', 'feature');
  const theirs = make(feature);
  git(origin, 'checkout', '-q', 'main');
  const ours = make(main);
  await repo.resolveBase('main');
  const combine = (also: Partial<ToCombine> = {}) => repo.combine({ base: rest.base, ours, theirs, ...also });
  return { repo, ours, theirs, combine, base: rest.base, at: (tree: string) => contentsOf(repo, tree) };
};

test('commits that conflict one by one are merged as one, the same at each repetition', async () => {
  const { ours, theirs, combine, repo, at } = await branches(
    { 'a.txt': 'one\ntwo\nthree\n' },
    (origin) => {
      commit(origin, { 'a.txt': 'feature\ntwo\nthree\n' });
      write(origin, { 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n' });
    },
    { 'a.txt': 'main\ntwo\nthree\n' },
  );
  const merged = await combine();
  expect(merged).toMatchObject({ files: [], stages: [], output: '' });
  expect(await combine()).toEqual(merged);
  expect(at(merged.tree)).toEqual({ 'a.txt': 'main\ntwo\nthree\n', 'b.txt': 'b\n' });
  const made = { tree: merged.tree, parents: [ours, theirs], message: 'Merge', at: 1_700_000_000 };
  const merge = await repo.makeCommit(made);
  expect(await repo.makeCommit(made)).toBe(merge);
  expect(git(repo.clone, 'log', '-1', '--format=%P|%an|%cn|%at|%B', merge)).toBe(
    `${ours} ${theirs}|Baton|Baton|1700000000|Merge`,
  );
});

test('a conflict is in the tree with its markers, beside everything that had none', async () => {
  const { combine, ours, theirs, at } = await branches(
    { 'a.txt': 'one\n', 'quiet.txt': 'x\n', '.gitignore': 'ignored/\n' },
    (origin) => {
      write(origin, { 'a.txt': 'feature\n', 'quiet.txt': 'changed\n', 'ignored/but-kept.txt': 'kept\n' });
      git(origin, 'add', '--force', 'ignored/but-kept.txt');
    },
    { 'a.txt': 'main\n' },
  );
  const merged = await combine();
  expect(merged.files).toEqual(['a.txt']);
  expect(merged.stages.map(({ path: file, stage }) => `${file} ${stage}`)).toEqual([
    'a.txt 1',
    'a.txt 2',
    'a.txt 3',
  ]);
  expect(merged.output).toContain('CONFLICT (content): Merge conflict in a.txt');
  expect(merged.output).toContain('+feature');
  const contents = at(merged.tree);
  expect(contents['a.txt']).toMatch(
    new RegExp(`^<<<<<<< ${ours}\nmain\n.*one\n=======\nfeature\n>>>>>>> ${theirs}\n$`, 's'),
  );
  expect(contents).toMatchObject({ 'quiet.txt': 'changed\n', 'ignored/but-kept.txt': 'kept\n' });
});

test('a file renamed on one side takes the edits of the other with it', async () => {
  const text = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');
  const renamed = (origin: string) => git(origin, 'mv', 'old.txt', 'new.txt');
  const edited = { 'old.txt': text.replace('line 3', 'LINE 3') };
  for (const [feature, main] of [
    [renamed, edited],
    [edited, renamed],
  ] as const) {
    const { combine, at } = await branches({ 'old.txt': text }, feature, main);
    const merged = await combine();
    expect(merged.files).toEqual([]);
    expect(at(merged.tree)).toEqual({ 'new.txt': edited['old.txt'] });
  }
});

test('what one side removed and the other changed is named, and stays for somebody to decide', async () => {
  const removed = (origin: string) => git(origin, 'rm', '-q', 'b.txt');
  const changed = { 'b.txt': 'bb\n' };
  for (const [feature, main, stages] of [
    [removed, changed, ['1', '2']],
    [changed, removed, ['1', '3']],
  ] as const) {
    const { combine, at } = await branches({ 'a.txt': 'one\n', 'b.txt': 'b\n' }, feature, main);
    const merged = await combine();
    expect(merged.files).toEqual(['b.txt']);
    expect(merged.stages.map(({ stage }) => stage)).toEqual(stages);
    expect(merged.output).toContain('CONFLICT (modify/delete): b.txt');
    expect(at(merged.tree)).toEqual({ 'a.txt': 'one\n', 'b.txt': 'bb\n' });
  }
});

test('a file that both sides add conflicts if it differs, and is one file if it does not', async () => {
  const files = { 'same.txt': 'same\n', 'new.txt': 'feature\n' };
  const { combine, at } = await branches({ 'a.txt': 'one\n' }, files, { ...files, 'new.txt': 'main\n' });
  const merged = await combine();
  expect(merged.files).toEqual(['new.txt']);
  expect(merged.stages.map(({ stage }) => stage)).toEqual(['2', '3']);
  expect(merged.output).toContain('CONFLICT (add/add): Merge conflict in new.txt');
  expect(at(merged.tree)).toMatchObject({ 'same.txt': 'same\n', 'a.txt': 'one\n' });
});

test('names with spaces, quotes and line ends are named as they are', async () => {
  const odd = 'ünï code\n"line".txt';
  const { combine } = await branches({ [odd]: 'one\n' }, { [odd]: 'feature\n' }, { [odd]: 'main\n' });
  const merged = await combine();
  expect(merged.files).toEqual([odd]);
  expect(merged.output).toContain('+feature');
});

test('a base that is not in both histories counts: an approved design merged under another name', async () => {
  const { repo, origin, base, worktree } = await setting({ 'a.txt': 'one\n' });
  const design = await worktree('design');
  write(design.path, { 'contract.ts': 'v1\n' });
  const approved = (await repo.commitAll({ worktree: design.id, message: 'Design' })).commit;
  const packet = await worktree('one', approved);
  write(packet.path, { 'contract.ts': 'v1 and more\n', 'one.ts': '1\n' });
  const work = await repo.commitAll({ worktree: packet.id, message: 'One' });
  expect(work.standsOn).toBe(approved);
  // The integration branch has the design as another commit, and others went on from there.
  const squashed = await repo.makeCommit({
    tree: await repo.tree(approved),
    parents: [base],
    message: 'Design, as merged',
  });
  const other = await worktree('two', squashed);
  write(other.path, { 'two.ts': '2\n' });
  const head = (await repo.commitAll({ worktree: other.id, message: 'Two' })).commit;
  const merge = { ours: head, theirs: work.commit };
  expect((await repo.combine(merge)).files).toEqual(['contract.ts']);
  const merged = await repo.combine({ base: approved, ...merge });
  expect(merged.files).toEqual([]);
  expect(contentsOf(repo, merged.tree)).toEqual({
    'a.txt': 'one\n',
    'contract.ts': 'v1 and more\n',
    'one.ts': '1\n',
    'two.ts': '2\n',
  });
  expect(await repo.combine({ base: approved, ...merge })).toEqual(merged);
  expect(await repo.bringUpTo({ worktree: packet.id, head })).toMatchObject({ kind: 'clean' });
  expect(git(packet.path, 'status', '--porcelain')).toBe('');
  expect(git(origin, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('what has landed of a side counts no more', async () => {
  const { repo, base, worktree } = await setting({ 'a.txt': 'one\n' });
  const { id, path: folder } = await worktree('one');
  write(folder, { 'b.txt': 'b\n' });
  const landed = (await repo.commitAll({ worktree: id, message: 'b' })).commit;
  write(folder, { 'b.txt': 'bb\n' });
  const theirs = (await repo.commitAll({ worktree: id, message: 'bb' })).commit;
  const next = await worktree('two', landed);
  write(next.path, { 'c.txt': 'c\n' });
  const ours = (await repo.commitAll({ worktree: next.id, message: 'c' })).commit;
  const merged = await repo.combine({ base, ours, theirs });
  expect(merged.files).toEqual([]);
  expect(contentsOf(repo, merged.tree)).toEqual({ 'a.txt': 'one\n', 'b.txt': 'bb\n', 'c.txt': 'c\n' });
});

test('attributes that a side brings change nothing: no driver is run, and no conflict hidden', async () => {
  const union = { '.gitattributes': '*.txt merge=union\n' };
  const { combine } = await branches(
    { 'a.txt': 'one\n' },
    { ...union, 'a.txt': 'feature\n' },
    { ...union, 'a.txt': 'main\n' },
  );
  expect((await combine()).files).toEqual(['a.txt']);
});
