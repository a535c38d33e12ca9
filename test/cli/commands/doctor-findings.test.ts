import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { ownNamespace } from '../../support/namespace.ts';
import { writeFiles } from '../../work/stacks/open-feature.ts';
import { baton } from '../in-process.ts';
import { PLAIN_CONFIG } from '../packet-folder.ts';

let folder: string;
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-findings-'));
  home = path.join(folder, 'home');
  await mkdir(home, { mode: 0o755 });
});
beforeEach(() => {
  for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_NAMESPACE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('BATON_HOME', home);
  return () => vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly area: string;
  readonly what: string;
  readonly state: string;
  readonly text: string;
  readonly why?: string;
  readonly todo?: string;
}
const findings = async (...args: string[]): Promise<Map<string, Told>> => {
  const { stdout } = await baton('doctor', '--json', ...args);
  const all = (JSON.parse(stdout) as { findings: Told[] }).findings;
  for (const { state, why, todo } of all) if (state !== 'ok') expect([why, todo]).not.toContain(undefined);
  return new Map(all.map((one) => [one.what, one]));
};
const git = (repo: string, ...args: string[]) => execa('git', args, { cwd: repo });

async function repository(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const repo = path.join(folder, name);
  await writeFiles(repo, { 'readme.txt': 'x\n', ...files });
  await git(repo, 'init', '-q', '-b', 'trunk');
  await git(repo, 'add', '-A');
  await git(repo, '-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
  return repo;
}

it('baton doctor says what of a repository Baton does not do as git does, and why that matters', async () => {
  const repo = await repository('odd', {
    'baton.yaml': PLAIN_CONFIG,
    '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = https://example.com/x\n',
    '.husky/pre-commit': 'npm test\n',
  });
  await git(repo, 'config', 'core.autocrlf', 'true');
  await git(repo, 'config', 'remote.origin.promisor', 'true');
  await writeFile(path.join(repo, '.git/hooks/pre-push'), '#!/bin/sh\n');
  await writeFile(path.join(repo, 'new.txt'), 'x\n');
  await writeFile(path.join(repo, 'baton.yaml'), `${PLAIN_CONFIG}# more\n`);
  const found = await findings('--repo', repo);
  for (const [what, state, text] of [
    ['base', 'ok', /^\S+ at [0-9a-f]{12}$/],
    ['baton.yaml', 'warn', /in the checkout differs from the one on/],
    ['submodules', 'warn', /there are some/],
    ['hooks', 'warn', /pre-push/],
    ['line endings', 'warn', /core.autocrlf or core.eol is true/],
    ['partial clone', 'warn', /fetched when they are needed/],
    ['object format', 'ok', /sha1/],
    ['checkout', 'warn', /2 uncommitted files: (?:baton.yaml, new.txt|new.txt, baton.yaml)/],
  ] as const)
    expect(found.get(what), what).toMatchObject({ state, text: expect.stringMatching(text) });
});

it('baton doctor goes on where there is no baton.yaml, a wrong one, an uncommitted one, or no base', async () => {
  const none = await repository('none', {});
  expect((await findings('--repo', none)).get('baton.yaml')).toMatchObject({
    state: 'bad',
    todo: 'make one: baton init',
  });
  await writeFile(path.join(none, 'baton.yaml'), PLAIN_CONFIG);
  expect((await findings('--repo', none)).get('baton.yaml')).toMatchObject({
    state: 'bad',
    text: expect.stringMatching(/^it is in the checkout, and not committed on/),
  });
  const wrong = await repository('wrong', { 'baton.yaml': `${PLAIN_CONFIG}concurency: 3\n` });
  expect((await findings('--repo', wrong)).get('baton.yaml')?.text).toMatch(
    /baton.yaml:\d+: unknown key `concurency`/,
  );
  expect((await findings('--repo', none, '--base', 'gone')).get('base')?.text).toContain(
    'has no branch "gone"',
  );
  expect((await baton('doctor', '--repo', path.join(folder, 'nowhere'))).exitCode).toBe(1);
});

it.each([
  ['a root that isn’t there', {}, ['--root', 'nope'], /there is no folder nope/],
  [
    'a submodule that can’t be fetched',
    { '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh\n' },
    [],
    /The submodule x can't be fetched from "ext::sh"/,
  ],
  [
    'submodules that nobody can read',
    { '.gitmodules': '[submodule "x"\n' },
    [],
    /git can't read \.gitmodules of the repository/,
  ],
  [
    'objects that it borrows and that are gone',
    { '.git/objects/info/alternates': '/nowhere/objects\n' },
    [],
    /borrows objects of \/nowhere\/objects/,
  ],
] as const)(
  'baton doctor names what alone keeps a feature from its start: %s',
  async (name, files, args, why) => {
    const repo = await repository(`kept-${name.length}`, { 'baton.yaml': PLAIN_CONFIG });
    await writeFiles(repo, files);
    if ('.gitmodules' in files) {
      const { stdout: commit } = await git(repo, 'rev-parse', 'HEAD');
      await git(repo, 'update-index', '--add', '--cacheinfo', `160000,${commit},x`);
      await git(repo, 'add', '.gitmodules');
      await git(repo, '-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
    }
    const found = [...(await findings('--repo', repo, ...args)).values()];
    expect(found.filter(({ area, state }) => area === 'repository' && state === 'bad')).toEqual([
      expect.objectContaining({ text: expect.stringMatching(why) }),
    ]);
    expect((await baton('doctor', '--repo', repo, ...args)).stdout).toMatch(why);
  },
);

it('baton doctor names the wrong lines of a baton.yaml that isn’t committed', async () => {
  const repo = await repository('draft', { 'part/x.txt': 'x\n' });
  await writeFile(path.join(repo, 'baton.yaml'), `${PLAIN_CONFIG}tset: x\n`);
  for (const at of [repo, path.join(repo, 'part')])
    expect((await findings('--repo', at)).get('baton.yaml')).toMatchObject({
      state: 'bad',
      text: expect.stringMatching(
        /^it is in the checkout, and not committed on trunk; baton.yaml:\d+: unknown key `tset`/,
      ),
      todo: `correct it, and commit it: git -C ${repo} add baton.yaml && git -C ${repo} commit`,
    });
  const changed = await repository('changed', { 'baton.yaml': PLAIN_CONFIG });
  await writeFile(path.join(changed, 'baton.yaml'), `${PLAIN_CONFIG}tset: x\n`);
  expect((await findings('--repo', changed)).get('baton.yaml')).toMatchObject({
    state: 'warn',
    text: expect.stringMatching(/the one in the checkout differs .*; baton.yaml:\d+: unknown key `tset`/),
    todo: 'correct it, and commit it on trunk, if it is to count',
  });
});

it('baton doctor prints a command that commits baton.yaml from wherever it is run', async () => {
  const repo = await repository("it's here", { 'my app/src/x.txt': 'x\n' });
  await writeFile(path.join(repo, 'my app/baton.yaml'), PLAIN_CONFIG);
  const inside = path.join(repo, 'my app');
  const todo = (await findings('--repo', inside)).get('baton.yaml')?.todo;
  const command = /^commit it: (.*)$/s.exec(todo ?? '')?.[1] ?? '';
  const who = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@t.invalid', GIT_EDITOR: 'echo x >' };
  const env = { ...who, GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@t.invalid' };
  await execa('sh', ['-c', command], { cwd: path.join(inside, 'src'), env });
  expect((await findings('--repo', inside)).get('baton.yaml')).toMatchObject({ state: 'ok' });
});

it('baton doctor looks at the home, and closes one that is open to others if it is told to', async () => {
  const repo = await repository('plain', { 'baton.yaml': PLAIN_CONFIG });
  await chmod(home, 0o755);
  const found = await findings('--repo', repo);
  expect(found.get('folder')).toMatchObject({ state: 'warn', fixable: true });
  expect(found.get('disk')?.text).toMatch(/GiB free/);
  expect(found.get('server')).toMatchObject({ state: 'warn', todo: 'start one, with a worker: baton dev' });
  expect((await findings('--repo', repo, '--fix')).get('folder')).toMatchObject({ state: 'ok' });
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  vi.stubEnv('BATON_HOME', path.join(repo, 'baton.yaml'));
  expect((await findings('--repo', repo)).get('folder')).toMatchObject({ state: 'bad' });
});

it('baton doctor says what a server lacks, and makes its search attributes if it is told to', async () => {
  const repo = await repository('served', { 'baton.yaml': PLAIN_CONFIG });
  const address = inject('temporalAddress');
  const { client, namespace } = await ownNamespace(address);
  await client.connection.close();
  vi.stubEnv('TEMPORAL_ADDRESS', address);
  vi.stubEnv('TEMPORAL_NAMESPACE', namespace);
  const found = await findings('--repo', repo);
  expect(found.get('server')).toMatchObject({ state: 'ok' });
  expect(found.get('worker')).toMatchObject({
    state: 'warn',
    text: expect.stringContaining('no worker is running'),
  });
  expect(found.get('search attributes')?.state).toBeDefined();
  const mended = await findings('--repo', repo, '--fix');
  expect(mended.get('search attributes')).toMatchObject({ state: 'ok' });
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  expect((await findings('--repo', repo)).get('server')).toMatchObject({ state: 'bad' });
});
