import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { attempt, git, type Setting, setting, temporaryFolder, write } from './fixture.ts';

/** Every way known to make git run a command, each of which would leave a file in `markers`. */
const plant = (
  { repo }: Setting,
  worktree: string,
  markers: string,
  name: string,
  how: 'its own .git' | 'a file as .git' = 'its own .git',
) => {
  const bad = (what: string) => {
    const script = path.join(markers, `run-${what}`);
    writeFileSync(script, `#!/bin/sh\ntouch '${markers}/ran-${what}'\ncat 2>/dev/null\nexit 0\n`);
    chmodSync(script, 0o755);
    return script;
  };
  const hooks = path.join(markers, 'hooks');
  mkdirSync(hooks);
  const hookNames = [
    'pre-commit',
    'post-commit',
    'post-checkout',
    'post-index-change',
    'post-rewrite',
    'pre-push',
  ];
  hookNames.push(
    'pre-rebase',
    'reference-transaction',
    'pre-receive',
    'update',
    'post-receive',
    'post-update',
  );
  for (const bare of [repo.clone, repo.hub.url]) {
    mkdirSync(path.join(bare, 'hooks'), { recursive: true });
    for (const hook of hookNames) {
      renameSync(bad(`hook-${hook}`), path.join(bare, 'hooks', hook));
      renameSync(bad(`hook-${hook}`), path.join(hooks, hook));
    }
  }
  const included = path.join(markers, 'included');
  writeFileSync(included, `[filter "inc"]\n\tclean = ${bad('inc-clean')}\n\tsmudge = ${bad('inc-smudge')}\n`);
  const config = `[core]
\trepositoryformatversion = 1
\tbare = true
\tfsmonitor = ${bad('fsmonitor')}
\thooksPath = ${hooks}
\tsshCommand = ${bad('ssh')}
\tpager = ${bad('pager')}
\teditor = ${bad('editor')}
\talternateRefsCommand = ${bad('alternate')}
\tgitProxy = ${bad('proxy')}
[extensions]
\tworktreeConfig = true
[include]
\tpath = ${included}
[diff]
\texternal = ${bad('diff')}
[diff "evil"]
\tcommand = ${bad('diff-driver')}
\ttextconv = ${bad('textconv')}
[filter "evil"]
\tclean = ${bad('clean')}
\tsmudge = ${bad('smudge')}
\tprocess = ${bad('process')}
\trequired = true
[merge "evil"]
\tdriver = ${bad('merge')}
[commit]
\tgpgSign = true
[gpg]
\tprogram = ${bad('gpg')}
[protocol]
\tallow = always
[url "ext::${bad('url')} "]
\tinsteadOf = ${path.dirname(repo.hub.url)}/
[uploadpack]
\tpackObjectsHook = ${bad('pack-objects')}
[credential]
\thelper = ${bad('credential')}
`;
  const admin = path.join(repo.clone, 'worktrees', `prefs.${name}`);
  writeFileSync(path.join(repo.clone, 'config'), config);
  writeFileSync(path.join(repo.clone, 'config.worktree'), config);
  writeFileSync(path.join(repo.hub.url, 'config'), config);
  writeFileSync(path.join(admin, 'config.worktree'), config);
  const attributes = '* filter=evil diff=evil merge=evil\n*.inc filter=inc\n';
  mkdirSync(path.join(repo.clone, 'info'), { recursive: true });
  writeFileSync(path.join(repo.clone, 'info/attributes'), attributes);
  const own = path.join(worktree, '.git');
  for (const folder of ['info', 'hooks']) mkdirSync(path.join(own, folder), { recursive: true });
  writeFileSync(path.join(own, 'config'), config);
  writeFileSync(path.join(own, 'info/attributes'), attributes);
  for (const hook of hookNames) renameSync(bad(`hook-${hook}`), path.join(own, 'hooks', hook));
  // A whole repository of the agent's own, to which `.git` and `commondir` lead.
  const other = path.join(markers, 'other');
  mkdirSync(other);
  git(other, 'init', '--quiet');
  writeFileSync(path.join(other, '.git/config'), config);
  if (how === 'a file as .git') {
    rmSync(own, { recursive: true });
    writeFileSync(own, `gitdir: ${other}/.git\n`);
  }
  writeFileSync(path.join(admin, 'commondir'), `${other}/.git\n`);
  writeFileSync(path.join(repo.clone, 'commondir'), `${other}/.git\n`);
  write(worktree, { '.gitattributes': attributes, 'x.inc': 'inc\n', 'a.txt': `by ${name}\ntwo\nthree\n` });
};

const ran = (markers: string) => readdirSync(markers).filter((name) => name.startsWith('ran-'));

test('nothing that an agent leaves in configuration, attributes, hooks or .git is run', async () => {
  const all = await setting();
  const { repo, base, worktree } = all;
  const one = await worktree('one');
  const two = await worktree('two');
  const round = await worktree('integration', base, { own: true });
  const markers = temporaryFolder();
  plant(all, one.path, markers, 'one', 'a file as .git');
  const first = await repo.commitAll({ worktree: one.id, message: 'One' });
  expect(ran(markers)).toEqual([]);
  expect(await repo.readFileAt(first.commit, 'a.txt')).toBe('by one\ntwo\nthree\n');
  const again = temporaryFolder();
  plant(all, two.path, again, 'two');
  const last = temporaryFolder();
  const checkAll = () => expect([markers, again, last].flatMap(ran)).toEqual([]);
  await repo.changedFiles({ worktree: two.id, from: base });
  await repo.diffStat({ worktree: two.id, from: base });
  await repo.patch({ worktree: two.id, from: base });
  const present = await repo.presentTree(two.id);
  await repo.editedFiles({ from: base, to: present });
  await repo.writePatch({ from: base, to: present }, path.join(temporaryFolder(), 'patch'));
  const second = await repo.commitAll({ worktree: two.id, message: 'Two' });
  plant(all, round.path, last, 'integration');
  expect((await repo.drift(round.id)).changed).toEqual(['a.txt']);
  await repo.restoreFiles(round.id, ['a.txt']);
  const merge = { base, ours: first.commit, theirs: second.commit };
  expect((await repo.combine(merge)).files).toEqual(['a.txt']);
  expect(await repo.bringUpTo({ worktree: two.id, head: first.commit })).toMatchObject({ kind: 'conflict' });
  const left = await repo.commitAll({ worktree: two.id, message: 'Markers' });
  expect(await repo.leftoverMarkers(first.commit, left.commit, ['a.txt'])).toEqual(['a.txt']);
  await repo.createBranch({ branch: 'baton/prefs/integration', at: base });
  await repo.moveBranch({ branch: 'baton/prefs/integration', old: base, new: first.commit });
  await repo.publishBranch({ branch: 'mine', commit: first.commit, feature: 'prefs' });
  await repo.landBranch({ branch: 'feature/prefs', commit: first.commit });
  await repo.checkoutClean(round.id, first.commit);
  await repo.prepareWorktree({ ...two.id, start: base });
  await repo.resolveBase('main');
  await repo.removeWorktree(two.id);
  checkAll();
  // The traps work: plain git, as anybody would run it there, falls into them.
  const control = temporaryFolder();
  const three = await worktree('three');
  plant(all, three.path, control, 'three');
  git(three.path, '--git-dir', repo.clone, '--work-tree', three.path, 'status');
  expect(ran(control)).not.toEqual([]);
});

test('a worktree replaced by a link, and a broken HEAD, do no harm', async () => {
  const { repo, worktree, root, base } = await setting();
  const one = await worktree('one');
  const outside = path.join(root, 'outside');
  write(outside, { 'secret.txt': 'secret\n' });
  renameSync(one.path, `${one.path}-moved`);
  symlinkSync(outside, one.path);
  await expect(repo.commitAll({ worktree: one.id, message: 'x' })).rejects.toMatchObject({
    name: 'NotTakenOver',
  });
  await worktree('one');
  expect(existsSync(path.join(outside, 'secret.txt'))).toBe(true);
  writeFileSync(path.join(one.path, '.git/HEAD'), 'ref: refs/heads/nowhere\n');
  write(one.path, { 'b.txt': 'b\n' });
  const { commit } = await repo.commitAll({ worktree: one.id, message: 'b' });
  expect((await repo.log(base, commit)).length).toBe(1);
});

test('an agent’s index flags hide nothing, and its own commits count for nothing', async () => {
  const { repo, worktree, base } = await setting();
  const { id, path: folder } = await worktree('one');
  git(folder, 'update-index', '--assume-unchanged', 'a.txt');
  write(folder, { 'a.txt': 'changed\n' });
  expect(git(folder, 'status', '--porcelain')).toBe('');
  const first = await repo.commitAll({ worktree: id, message: 'first' });
  expect(await repo.readFileAt(first.commit, 'a.txt')).toBe('changed\n');
  git(folder, 'switch', '--quiet', '-c', 'agents-own');
  write(folder, { 'own.txt': 'own\n' });
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'own');
  const second = await repo.commitAll({ worktree: id, message: 'second' });
  expect(second.changed).toBe(true);
  expect((await repo.log(base, second.commit)).map(({ author }) => author)).toEqual(['Baton', 'Baton']);
  // Its files go back with its branch, so Baton's next commit takes them back; what was there stays in history.
  git(folder, 'update-index', '--no-assume-unchanged', 'a.txt');
  git(folder, 'reset', '--quiet', '--hard', base);
  const third = await repo.commitAll({ worktree: id, message: 'third' });
  expect(await repo.tree(third.commit)).toBe(await repo.tree(base));
  expect(await repo.isAncestor(second.commit, third.commit)).toBe(true);
  // An index that says that nothing is tracked, or none at all, changes nothing either.
  git(folder, 'rm', '--quiet', '-r', '--cached', '.');
  expect((await repo.commitAll({ worktree: id, message: 'fourth' })).changed).toBe(false);
  rmSync(path.join(folder, '.git/index'));
  expect((await repo.commitAll({ worktree: id, message: 'fifth' })).changed).toBe(false);
});

test('a protected file that was changed and changed back in the agent’s commits is nowhere in Baton’s', async () => {
  const { repo, worktree, base } = await setting({ 'a.txt': 'a\n', 'baton.yaml': 'checks: []\n' });
  const { id, path: folder } = await worktree('one');
  const evil = 'checks: [evil-and-unmistakable]\n';
  write(folder, { 'baton.yaml': evil });
  git(folder, 'commit', '--quiet', '--all', '-m', 'evil');
  const blob = git(folder, 'rev-parse', 'HEAD:baton.yaml');
  write(folder, { 'baton.yaml': 'checks: []\n', 'b.txt': 'b\n' });
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'back');
  const joined = git(folder, 'commit-tree', '-p', 'HEAD', '-p', base, '-m', 'joined', 'HEAD^{tree}');
  git(folder, 'update-ref', 'HEAD', joined);
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  expect((await repo.log(base, work.commit)).map(({ commit }) => commit)).toEqual([work.commit]);
  expect(git(repo.clone, 'rev-parse', `${work.commit}^@`)).toBe(base);
  expect(git(repo.clone, 'log', '--all', '-p')).not.toContain('evil-and-unmistakable');
  expect(git(repo.clone, 'log', '-p', work.commit)).not.toContain('evil-and-unmistakable');
  const objects = git(repo.clone, 'rev-list', '--objects', work.commit);
  for (const id of [blob, joined]) {
    expect(objects).not.toContain(id);
    expect(attempt(repo.clone, 'cat-file', '-e', id)).toBe(false);
    expect(attempt(repo.hub.url, 'cat-file', '-e', id)).toBe(false);
  }
});

test('repositories made inside a worktree are committed as files, and named', async () => {
  const { repo, worktree } = await setting({ 'lib/a.js': 'a\n', 'a.txt': 'a\n' });
  const { id, path: folder } = await worktree('one');
  write(folder, {
    '.gitignore': 'ignored\n',
    'app/x.ts': 'x\n',
    'app/ignored': 'no\n',
    'app/deep/y.ts': 'y\n',
    'bare/z': 'z\n',
  });
  for (const inner of ['app', 'app/deep', 'lib']) {
    git(path.join(folder, inner), 'init', '--quiet');
    git(path.join(folder, inner), 'add', '.');
    git(path.join(folder, inner), 'commit', '--quiet', '-m', 'inner');
  }
  git(path.join(folder, 'bare'), 'init', '--quiet');
  write(folder, { 'lib/b.js': 'b\n' });
  const first = await repo.commitAll({ worktree: id, message: 'nested' });
  const files = ['.gitignore', 'a.txt', 'app/deep/y.ts', 'app/x.ts', 'bare/z', 'lib/a.js', 'lib/b.js'];
  expect(await repo.listFilesAt(first.commit)).toEqual(files);
  expect(first.nested).toEqual(['app', 'app/deep', 'bare', 'lib']);
  write(folder, { 'app/x.ts': 'xx\n', 'app/new.ts': 'new\n' });
  git(folder, 'add', 'app');
  const second = await repo.commitAll({ worktree: id, message: 'more' });
  expect(await repo.readFileAt(second.commit, 'app/x.ts')).toBe('xx\n');
  expect(await repo.readFileAt(second.commit, 'app/new.ts')).toBe('new\n');
  const round = await worktree('integration');
  write(round.path, { 'inner/x': '' });
  git(path.join(round.path, 'inner'), 'init', '--quiet');
  await repo.checkoutClean(round.id, second.commit);
  expect(existsSync(path.join(round.path, 'inner'))).toBe(false);
});

test('copies stay out of git if they are ignored, replace nothing and follow no link out', async () => {
  const { repo, origin, root, worktree } = await setting({
    '.gitignore': '.env\nlocal/\n',
    'a.txt': 'a\n',
    'pkg/x': 'x\n',
  });
  const one = await worktree('one');
  write(origin, { '.env': 'KEY=1\n', 'local/x.json': '{}\n', 'pkg/local/x': '' });
  symlinkSync('/etc', path.join(origin, 'out'));
  rmSync(path.join(one.path, 'pkg'), { recursive: true });
  write(root, { 'outside/keep': '' });
  symlinkSync(path.join(root, 'outside'), path.join(one.path, 'pkg'));
  const copy = ['.env', 'local', 'out', 'missing', 'a.txt', 'pkg', '../up', 'pkg/local', '.git'];
  const done = await repo.copyIn({ worktree: one.id, copy });
  expect(done.copied).toEqual(['.env', 'local']);
  expect(done.skipped).toEqual([
    { path: 'out', reason: 'it leads out of the folder it is taken from' },
    { path: 'missing', reason: 'it is not there' },
    { path: 'a.txt', reason: 'it is tracked by git' },
    { path: 'pkg', reason: 'it is tracked by git' },
    { path: '../up', reason: 'it is not a path inside the repository' },
    { path: 'pkg/local', reason: 'pkg is not a real folder' },
    { path: '.git', reason: 'it is not a path inside the repository' },
  ]);
  expect(readdirSync(path.join(root, 'outside'))).toEqual(['keep']);
  write(one.path, { '.env': 'KEY=2\n' });
  expect((await repo.copyIn({ worktree: one.id, copy: ['.env'] })).copied).toEqual([]);
  expect(readFileSync(path.join(one.path, '.env'), 'utf8')).toBe('KEY=2\n');
  rmSync(path.join(one.path, 'pkg'));
  write(one.path, { 'pkg/x': 'x\n' });
  expect((await repo.commitAll({ worktree: one.id, message: 'copies' })).changed).toBe(false);
});
