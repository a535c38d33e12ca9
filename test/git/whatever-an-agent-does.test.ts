import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Committed } from '../../src/git/worktree/commit.ts';
import { runSync } from '../support/sync-programs.ts';
import { attempt, commit, git, newFolder, type Setting, settingIn, write } from './fixture.ts';

const FILES = {
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'src/x.ts': 'x\n',
  'src/y.ts': 'y\n',
  'kept/in.log': 'tracked though it is ignored\n',
  '.gitignore': '*.log\n/build/\n',
};

let shared: Setting;
let other: string;

beforeAll(async () => {
  shared = await settingIn(newFolder(), FILES);
  git(shared.origin, 'add', '--force', 'kept/in.log');
  git(shared.origin, 'commit', '--quiet', '-m', 'a log');
  git(shared.origin, 'tag', 'v1');
  git(shared.origin, 'switch', '--quiet', '-c', 'side');
  commit(shared.origin, { 'a.txt': 'of the side\n', 'side.txt': 's\n' });
  other = path.join(shared.root, 'other');
  git(shared.root, 'clone', '--quiet', shared.origin, other);
});

afterAll(() => rmSync(shared.root, { recursive: true, force: true }));

type Action = { readonly say: string; readonly act: (at: string) => unknown };

const run = (...args: string[]): Action => ({
  say: `git ${args.join(' ')}`,
  act: (at) => attempt(at, '-c', 'protocol.file.allow=always', '-c', 'merge.autoEdit=no', ...args),
});
const put = (file: string, text: string): Action => ({
  say: `${file} = ${JSON.stringify(text)}`,
  act: (at) => {
    try {
      write(at, { [file]: text });
    } catch {
      // A folder, or a file on the way to it.
    }
  },
});
const act = (say: string, what: (at: string) => unknown): Action => ({ say, act: what });

const FILE = fc.constantFrom(
  ...Object.keys(FILES),
  'new.txt',
  'src/new/z.ts',
  'more.log',
  'build/out',
  'src',
);
const BRANCH = fc.constantFrom('main', 'one', 'feature', 'origin/side', 'v1', 'HEAD~1', 'HEAD', 'stash@{0}');
const TEXT = fc.constantFrom('one\n', 'two\n', 'one\r\ntwo\r\n', '', '\0bin');

const work: fc.Arbitrary<Action> = fc.oneof(
  fc.tuple(FILE, TEXT).map(([file, text]) => put(file, text)),
  FILE.map((file) =>
    act(`rm ${file}`, (at) => rmSync(path.join(at, file), { recursive: true, force: true })),
  ),
  FILE.map((file) => act(`chmod ${file}`, (at) => attemptTo(() => chmodSync(path.join(at, file), 0o755)))),
  FILE.map((file) =>
    act(`${file} -> src`, (at) => attemptTo(() => symlinkSync('src', path.join(at, `${file}.link`)))),
  ),
  fc.constantFrom('*.ts\n', '!*.log\n', '/src/\n', 'new*\n*.txt\n').map((text) => put('.gitignore', text)),
  fc.constantFrom('x.ts\n', '!*\n').map((text) => put('src/.gitignore', text)),
);
const tree: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom(
    run('add', '--all'),
    run('commit', '--all', '-m', 'mine'),
    run('commit', '--amend', '--no-edit'),
    run('stash', '--include-untracked'),
    run('stash', 'pop'),
    run('clean', '-f', '-d', '-x'),
    run('clean', '-f', '-d'),
    run('rm', '-r', '--quiet', 'src'),
    run('rm', '--cached', 'a.txt'),
    run('mv', 'src', 'lib'),
    run('mv', 'a.txt', 'moved.txt'),
    run('merge', '--abort'),
    run('rebase', '--abort'),
    run('checkout', '--', '.'),
    run('update-index', '--assume-unchanged', 'b.txt'),
    run('update-index', '--skip-worktree', 'b.txt'),
    run('add', '--force', 'more.log'),
  ),
  BRANCH.map((to) => run('merge', '--allow-unrelated-histories', '-m', 'merged', to)),
  BRANCH.map((to) => run('revert', '--no-edit', to)),
  BRANCH.map((to) => run('rebase', to)),
  BRANCH.map((to) => run('switch', to.replace('origin/', ''))),
  BRANCH.map((to) => run('checkout', to)),
  BRANCH.map((to) => run('cherry-pick', to)),
  fc.tuple(fc.constantFrom('--hard', '--soft', '--mixed'), BRANCH).map(([how, to]) => run('reset', how, to)),
  fc.constantFrom('feature', 'one/deep').map((name) => run('switch', '-c', name)),
);
const repository: fc.Arbitrary<Action> = fc.constantFrom(
  run('gc', '--prune=now', '--quiet'),
  run('repack', '-a', '-d', '--quiet'),
  run('pack-refs', '--all'),
  run('fetch', '--depth=1', '--quiet'),
  run('branch', '-D', 'main'),
  run('tag', '-f', 'v1'),
  run('worktree', 'add', '--quiet', 'inner'),
  run('worktree', 'add', '--quiet', '../outer', 'v1'),
  act('git submodule add', (at) => run('submodule', '--quiet', 'add', '--force', other, 'sub').act(at)),
  act('git clone inside', (at) => run('clone', '--quiet', other, 'src/cloned').act(at)),
  run('init', '--quiet', 'src'),
  run('config', 'core.bare', 'true'),
  run('config', 'core.worktree', '../..'),
  run('config', 'core.autocrlf', 'true'),
  run('config', 'core.fileMode', 'false'),
  run('config', 'core.excludesFile', '/dev/null'),
  run('config', 'core.sparseCheckout', 'true'),
  run('sparse-checkout', 'set', 'src'),
  run('config', 'filter.evil.clean', 'echo evil'),
  run('config', 'filter.evil.smudge', 'echo evil'),
  put('.gitattributes', '*.txt filter=evil -diff merge=union\n*.ts ident\n'),
  put('.git/info/attributes', '* filter=evil\n'),
  put('.git/info/exclude', '*\n!a.txt\n'),
  put('.git/hooks/pre-commit', '#!/bin/sh\necho evil > from-a-hook.txt\n'),
  act('git hooks', (at) => attemptTo(() => chmodSync(path.join(at, '.git/hooks/pre-commit'), 0o755))),
  act('rm .git', (at) => rmSync(path.join(at, '.git'), { recursive: true, force: true })),
  act('rm .git/index', (at) => rmSync(path.join(at, '.git/index'), { recursive: true, force: true })),
);

const attemptTo = (what: () => void): void => {
  try {
    what();
  } catch {
    // As commands do, it may fail.
  }
};

/** The files of a folder by plain means: mode and content by path. Nothing of any `.git`. */
const walked = (at: string, folder = ''): Map<string, string> => {
  const found = new Map<string, string>();
  for (const entry of readdirSync(path.join(at, folder))) {
    if (entry === '.git') continue;
    const relative = folder === '' ? entry : `${folder}/${entry}`;
    const full = path.join(at, relative);
    const stat = lstatSync(full);
    if (stat.isDirectory()) for (const [file, text] of walked(at, relative)) found.set(file, text);
    else if (stat.isSymbolicLink()) found.set(relative, `120000 ${readlinkSync(full)}`);
    else if (stat.isFile())
      found.set(relative, `${stat.mode & 0o100 ? '100755' : '100644'} ${readFileSync(full, 'latin1')}`);
  }
  return found;
};

/** What git, in a repository that nobody touched, says of these paths' being ignored. */
const ignoredOf = (at: string, files: readonly string[]): Set<string> => {
  const dir = path.join(shared.root, 'judge.git');
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '--quiet', '--bare');
  const args = ['--git-dir', dir, '--work-tree', at, 'check-ignore', '--no-index', '-z', '--stdin'];
  try {
    const input = files.map((file) => `${file}\0`).join('');
    const stdout = runSync('git', args, { cwd: at, input }).toString();
    return new Set(stdout.split('\0'));
  } catch (error) {
    // 1: none of them is.
    if ((error as { status?: number }).status !== 1) throw error;
    return new Set();
  }
};

/** Mode and content of a commit's files, by path. */
const committed = (at: string): Map<string, string> => {
  const found = new Map<string, string>();
  for (const line of git(shared.repo.clone, 'ls-tree', '-r', '-z', at).split('\0')) {
    const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    if (mode === '') continue;
    const content = runSync('git', ['cat-file', 'blob', id], { cwd: shared.repo.clone }).toString('latin1');
    found.set(line.slice(line.indexOf('\t') + 1), `${mode} ${content}`);
  }
  return found;
};

const expected = (at: string, before: ReadonlyMap<string, string>): Map<string, string> => {
  const all = walked(at);
  const ignored = ignoredOf(at, [...all.keys()]);
  return new Map([...all].filter(([file]) => before.has(file) || !ignored.has(file)));
};

const sorted = (files: ReadonlyMap<string, string>) => [...files].sort(([a], [b]) => (a < b ? -1 : 1));

test('whatever an agent does with git in its repository, Baton commits the files as they are, and nothing else', async () => {
  const { repo, worktree, base } = shared;
  const action = fc.oneof(
    { weight: 4, arbitrary: work },
    { weight: 4, arbitrary: tree },
    { weight: 2, arbitrary: repository },
  );
  let n = 0;
  const property = fc.asyncProperty(
    fc.array(action, { minLength: 3, maxLength: 8 }),
    fc.array(action, { maxLength: 4 }),
    async (first, then) => {
      n += 1;
      const { id, path: at } = await worktree(`one-${n}`, base, {
        branch: 'one',
        base: { branch: 'main', commit: base },
      });
      const judge = async (before: string): Promise<Committed> => {
        const want = expected(at, committed(before));
        const made = await repo.commitAll({ worktree: id, message: 'Work' });
        expect(sorted(committed(made.commit))).toEqual(sorted(want));
        expect(git(repo.clone, 'rev-list', `${before}..${made.commit}`)).toBe(
          made.changed ? made.commit : '',
        );
        return made;
      };
      for (const each of first) await each.act(at);
      const made = await judge(base);
      for (const each of then) await each.act(at);
      await judge(made.commit);
      await repo.removeWorktree(id);
      rmSync(path.join(at, '../outer'), { recursive: true, force: true });
    },
  );
  await fc.assert(property, {
    numRuns: 30,
    // A run takes half a second; the limit is for busy machines.
    interruptAfterTimeLimit: 25_000,
    endOnFailure: true,
    reporter: (run) => {
      if (!run.failed) return;
      const [first, then] = run.counterexample ?? [[], []];
      const said = (actions: readonly Action[]) => actions.map(({ say }) => say).join('\n');
      throw new Error(
        `seed ${run.seed}\n${said(first)}\n-- commit\n${said(then)}\n${String(run.errorInstance)}`,
        { cause: run.errorInstance },
      );
    },
  });
  expect(git(repo.clone, 'fsck', '--strict', '--no-dangling')).toBe('');
});
