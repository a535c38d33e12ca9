import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { writeFiles } from '../../work/stacks/open-feature.ts';
import { baton } from '../in-process.ts';

let folder: string;
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-init-'));
  home = path.join(folder, 'home');
});
beforeEach(() => {
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('BATON_HOME', home);
  return () => vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function repository(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const repo = path.join(folder, name);
  await writeFiles(repo, files);
  const git = (...args: string[]) => execa('git', args, { cwd: repo });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
  return repo;
}

const inFolder = (name: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [path.join(name, file), text]));

const NODE = {
  'package.json': '{ "name": "sums", "type": "module", "scripts": { "test": "node --test" } }\n',
  'sum.js': 'export const sum = (a, b) => a + b;\n',
  'sum.test.js': `import assert from 'node:assert';
import { it } from 'node:test';
import { sum } from './sum.js';
it('adds', () => assert.equal(sum(1, 2), 3));
it('adds nothing', () => assert.equal(sum(0, 0), 0));
`,
};

it('baton init tries a repository in a tree of its own, writes what holds, and says how to begin', async () => {
  const repo = await repository('sums', NODE);
  const { stdout, stderr, exitCode } = await baton('init', repo, '--yes', '--json');
  expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 });
  const said = JSON.parse(stdout);
  expect(said.tried.checks).toMatchObject([{ name: 'test', passed: true, tests: { total: 2, passing: 2 } }]);
  expect(said.written).toEqual(['baton.yaml', '.gitignore', '.baton/baton.schema.json']);
  const text = await readFile(path.join(repo, 'baton.yaml'), 'utf8');
  expect(parseConfig(text)).toMatchObject({
    ok: true,
    config: { checks: { test: { report: 'test-results.xml' } } },
  });
  expect(await readFile(path.join(repo, '.gitignore'), 'utf8')).toContain('\ntest-results.xml\n');
  expect(said.next.at(-1).command).toContain('baton.yaml .gitignore .baton/baton.schema.json');
  expect(said.next.at(-1).command).toContain('start "what is to be built"');
  // Nothing is left of the trial, and nothing ran in the user's own checkout.
  expect(await readdir(home)).toEqual([]);
  expect((await readdir(repo)).sort()).toEqual(
    ['.baton', '.git', '.gitignore', 'baton.yaml', 'package.json', 'sum.js', 'sum.test.js'].sort(),
  );
});

it('baton init replaces no baton.yaml, committed or not, unless it is told to', async () => {
  const repo = await repository('there', { 'go.mod': 'module x\n' });
  await writeFile(path.join(repo, 'baton.yaml'), '# mine\n');
  const refused = await baton('init', repo, '--yes', '--no-run');
  expect(refused).toMatchObject({ stdout: '', exitCode: 2 });
  expect(refused.stderr).toContain('is there already, and not committed yet');
  expect(refused.stderr).toContain(`baton doctor --repo ${repo}. Replace it: baton init --force ${repo}.`);
  expect(await readFile(path.join(repo, 'baton.yaml'), 'utf8')).toBe('# mine\n');
  await baton('init', repo, '--yes', '--no-run', '--force');
  expect(parse(await readFile(path.join(repo, 'baton.yaml'), 'utf8')).checks.test.run).toContain('go test');
});

it.each([
  ['the checkout has patterns of its own', { at: '' }],
  ['it is a folder of the repository', { at: 'part' }],
  ['the checkout has a link in the place of a folder', { at: '', link: 'node_modules' }],
] as const)(
  'baton init adds no line to .gitignore that is ignored already: %s',
  async (_, { at, ...more }) => {
    const files = { ...NODE, 'package-lock.json': '{}\n' };
    const repo = await repository(`ignored-${at}-${'link' in more}`, {
      ...inFolder(at, files),
      '.gitignore': 'node_modules/\n',
    });
    const root = path.join(repo, at);
    if ('link' in more) await symlink(folder, path.join(root, more.link));
    const init = async () => (await baton('init', root, '--yes', '--no-run', '--force')).stderr;
    expect(await init()).toMatch(/^Wrote baton\.yaml, \.gitignore, \S+ \(test-results\.xml\)\.$/m);
    const once = await readFile(path.join(root, '.gitignore'), 'utf8');
    expect(await init()).toMatch(/^Wrote baton\.yaml, \S+schema\.json\.$/m);
    expect(await readFile(path.join(root, '.gitignore'), 'utf8')).toBe(once);
  },
);

it('baton init shows what it would write, and writes nothing, if nobody can be asked', async () => {
  const repo = await repository('asked', { ...NODE, 'ops/deploy': 'x\n' });
  const { stdout, stderr, exitCode } = await baton('init', repo);
  expect(exitCode).toBe(0);
  expect(parseConfig(stdout)).toMatchObject({ ok: true, config: { protected: ['baton.yaml', 'ops/**'] } });
  expect(stderr).toContain('Nothing was run, nothing was written: nobody can be asked here. With --yes');
  expect(await readdir(repo)).not.toContain('baton.yaml');
});

it('baton init says by name what can’t be set up: no commit, a folder that isn’t committed, a URL', async () => {
  const repo = await repository('inside', { 'part/a.txt': 'x\n' });
  await mkdir(path.join(repo, 'new'));
  const none = path.join(folder, 'none');
  await execa('git', ['init', '-q', none]);
  for (const [where, why] of [
    [none, 'has no commit yet'],
    [path.join(repo, 'new'), 'there is no folder new in the base commit'],
    ['https://example.com/x.git', 'clone https://example.com/x.git first'],
  ] as const)
    expect(await baton('init', where)).toMatchObject({
      stdout: '',
      exitCode: 2,
      stderr: expect.stringContaining(why),
    });
});

it('baton init refuses a repository without a checkout, and writes nothing there', async () => {
  const repo = await repository('checked-out', NODE);
  const bare = path.join(folder, 'bare.git');
  const beside = path.join(folder, 'beside');
  await execa('git', ['clone', '-q', '--bare', repo, bare]);
  await execa('git', ['clone', '-q', '--bare', repo, path.join(beside, '.bare')]);
  await writeFile(path.join(beside, '.git'), 'gitdir: ./.bare\n');
  for (const at of [bare, path.join(bare, 'refs'), `file://${bare}`, beside]) {
    const before = await Promise.all([readdir(bare), readdir(beside)]);
    expect(await baton('init', at, '--yes', '--no-run'), at).toMatchObject({
      stdout: '',
      exitCode: 2,
      stderr: expect.stringContaining('has no checkout: clone it first'),
    });
    expect(await Promise.all([readdir(bare), readdir(beside)])).toEqual(before);
  }
  // A worktree of such a one is a checkout.
  await execa('git', ['worktree', 'add', '-q', path.join(folder, 'tree'), 'main'], {
    cwd: path.join(beside, '.bare'),
  });
  expect((await baton('init', path.join(folder, 'tree'), '--yes', '--no-run')).exitCode).toBe(0);
});

describe('the commands that baton init prints', () => {
  /** Runs all but the last one, `baton start`. */
  async function run(repo: string, ...args: string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await baton('init', repo, '--yes', '--no-run', '--json', ...args);
    expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 });
    const { command } = JSON.parse(stdout).next.at(-1);
    const [, git, start] = /^(.*) && (\S+ start .*)$/.exec(command) ?? [];
    const user = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@t.invalid' };
    const committer = { GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@t.invalid' };
    await execa('sh', ['-c', git ?? 'exit 9'], { env: { ...user, ...committer } });
    return start ?? '';
  }
  const committed = async (repo: string, branch = 'main') =>
    (await execa('git', ['ls-tree', '-r', '--name-only', branch], { cwd: repo })).stdout.split('\n');

  it('commit on the base if HEAD is detached', async () => {
    const repo = await repository('detached', NODE);
    await execa('git', ['checkout', '-q', '--detach'], { cwd: repo });
    expect(await run(repo)).not.toContain('--base');
    expect(await committed(repo)).toEqual(expect.arrayContaining(['baton.yaml', '.gitignore']));
  });

  it('commit on the branch that was named, and start there', async () => {
    const repo = await repository('named', NODE);
    await execa('git', ['switch', '-qc', 'topic'], { cwd: repo });
    expect(await run(repo, '--base', 'main')).toContain(' --base main ');
    expect(await committed(repo)).toContain('baton.yaml');
    expect(await committed(repo, 'topic')).not.toContain('baton.yaml');
  });

  it('commit nothing that is committed already', async () => {
    const repo = await repository('twice', NODE);
    await run(repo);
    const again = await baton('init', repo, '--yes', '--no-run', '--json', '--force');
    expect(JSON.parse(again.stdout)).toMatchObject({
      written: ['baton.yaml', '.baton/baton.schema.json'],
      next: expect.arrayContaining([
        expect.objectContaining({ command: expect.stringMatching(/^\S+ start /) }),
      ]),
    });
  });

  it.each([
    ['the checkout', '.*\n', ['baton.yaml', '.gitignore'], ['.baton/baton.schema.json']],
    ['the person', '', ['baton.yaml', '.gitignore'], ['.baton/baton.schema.json']],
    [
      'the checkout, even baton.yaml',
      '*.yaml\n',
      ['baton.yaml', '.gitignore', '.baton/baton.schema.json'],
      [],
    ],
  ] as const)('leave out what is ignored by %s', async (_, patterns, taken, left) => {
    const repo = await repository(`add-${patterns.length}`, { ...NODE, '.gitignore': patterns });
    await execa('git', ['add', '--force', '.gitignore'], { cwd: repo });
    await execa(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x', '--allow-empty'],
      { cwd: repo },
    );
    const settings = path.join(folder, 'gitconfig');
    await writeFile(settings, `[core]\n\texcludesFile = ${folder}/excluded\n`);
    await writeFile(path.join(folder, 'excluded'), patterns === '' ? '.baton\n' : '');
    vi.stubEnv('GIT_CONFIG_GLOBAL', settings);
    await run(repo);
    const all = await committed(repo);
    expect(all).toEqual(expect.arrayContaining([...taken]));
    for (const name of left) expect(all).not.toContain(name);
  });
});

it('baton init says before it tries anything why what it writes could not be committed', async () => {
  const repo = await repository('apart', NODE);
  const git = (...args: string[]) => execa('git', args, { cwd: repo });
  const init = () => baton('init', repo, '--yes', '--no-run', '--force', '--base', 'main');
  await git('switch', '-qc', 'topic');
  await writeFile(path.join(repo, '.gitignore'), 'x\n');
  await git('add', '-A');
  await git('-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
  expect(await init()).toMatchObject({
    stdout: '',
    exitCode: 2,
    stderr: expect.stringMatching(/on topic, where \.gitignore is another one: git switch main first/),
  });
  await git('worktree', 'add', '-q', path.join(folder, 'apart-main'), 'main');
  expect(await init()).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('main is checked out in another worktree'),
  });
  await git('worktree', 'remove', path.join(folder, 'apart-main'));
  await git('switch', '-q', 'main');
  await symlink('elsewhere', path.join(repo, 'baton.yaml'));
  expect(await init()).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('baton.yaml is no regular file'),
  });
  expect((await readdir(repo)).sort()).toEqual(
    ['.git', 'baton.yaml', 'package.json', 'sum.js', 'sum.test.js'].sort(),
  );
});

it('baton init says which lines a .gitignore lacks that is no regular file', async () => {
  const repo = await repository('linked', NODE);
  await symlink('package.json', path.join(repo, '.gitignore'));
  const { stderr } = await baton('init', repo, '--yes', '--no-run');
  expect(stderr).toContain('Wrote baton.yaml, .baton/baton.schema.json.\n');
  expect(stderr).toContain(
    ".gitignore is no regular file, so it doesn't get what it lacks: test-results.xml.",
  );
  expect(await readFile(path.join(repo, 'package.json'), 'utf8')).toBe(NODE['package.json']);
});

it('baton init names what is red, and keeps guesses that don’t hold out of the file', async () => {
  const repo = await repository('red', {
    ...NODE,
    'sum.js': 'export const sum = (a, b) => a - b;\n',
    'go.mod': 'module example.test/x\n\ngo 1.20\n',
    'x.go': 'package x\nfunc  X() {}\n',
  });
  const { stderr, exitCode } = await baton('init', repo, '--yes');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/red {2}test .*1 of 2 tests passed/);
  expect(stderr).toMatch(/ {7}│ (?:.* > )?adds\n/);
  expect(stderr).toContain('checks.test is red: correct baton.yaml, or mend main');
});

it('baton init names every check that is red, whatever its name, and those that ran no test', async () => {
  const failing = { ...NODE, 'sum.js': 'export const sum = (a, b) => a - b;\n' };
  const linted = '{ "scripts": { "test": "node --test", "lint": "node -e \\"process.exit(3)\\"" } }\n';
  const repo = await repository('many', {
    ...inFolder('api', { ...NODE, 'package.json': linted }),
    ...inFolder('empty', { 'package.json': NODE['package.json'] }),
    ...inFolder('web', failing),
  });
  const { stderr, exitCode } = await baton('init', repo, '--yes');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/ok {3}test-empty .*0 of 0 tests passed/);
  expect(stderr).toContain(
    'note checks.lint is red, checks.test-web is red: correct baton.yaml, or mend main. A feature that starts meanwhile asks first.\n' +
      'note no test was run by checks.test-empty: correct baton.yaml, or add tests to main.',
  );
});

it('baton init in a package of a monorepo makes that the root, with the lock file that lies above', async () => {
  const repo = await repository('mono', {
    'package.json': '{ "private": true, "workspaces": ["packages/*"] }\n',
    'package-lock.json': JSON.stringify({
      ...{ name: 'mono', lockfileVersion: 3, requires: true },
      packages: {
        '': { workspaces: ['packages/*'] },
        'node_modules/sums': { resolved: 'packages/sums', link: true },
        'node_modules/web': { resolved: 'packages/web', link: true },
        'packages/sums': {},
        'packages/web': {},
      },
    }),
    'baton.yaml': '# of the whole\n',
    ...inFolder('packages/sums', NODE),
    'packages/web/package.json': '{ "name": "web", "scripts": { "test": "exit 1" } }\n',
  });
  const { stdout, stderr, exitCode } = await baton(
    'init',
    path.join(repo, 'packages/sums'),
    '--yes',
    '--json',
  );
  expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 });
  const said = JSON.parse(stdout);
  expect(said).toMatchObject({
    repo,
    root: 'packages/sums',
    written: expect.arrayContaining(['baton.yaml']),
  });
  expect(said.tried.checks).toMatchObject([{ name: 'test', passed: true, tests: { total: 2, passing: 2 } }]);
  const text = await readFile(path.join(repo, 'packages/sums/baton.yaml'), 'utf8');
  expect(parse(text).checks.setup?.run ?? parse(text).checks.setup).toContain('npm ci');
  expect(parseConfig(text, 'baton.yaml', { folder: 'packages/sums' })).toMatchObject({ ok: true });
  expect(said.next.at(-1).command).toContain(`--repo ${path.join(repo, 'packages/sums')}`);
  expect(await readdir(repo)).not.toContain('.baton');
  expect(await readFile(path.join(repo, 'baton.yaml'), 'utf8')).toBe('# of the whole\n');
});
