import { existsSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { PROOF_SUFFIX } from '../../../src/domain/ids.ts';
import { readIfRegular } from '../../../src/files/regular-file.ts';
import { setUp } from '../../../src/work/set-up.ts';
import { integrationTree } from '../../../src/work/trees.ts';
import { TINY_CHECK } from '../../support/tiny-repository.ts';
import { packetOf, Workplace } from './workplace.ts';

const ROOT = 'packages/api';
const checks = {
  setup:
    'mkdir -p ../../node_modules/dep own_modules && cp ../../package-lock.json ../../node_modules/dep/it && echo run >> {dir}/setup.runs',
  test: { run: 'sh check.sh', report: 'report.xml', files: 'tests/*.sh' },
};
const monorepo = {
  'packages/api/check.sh': TINY_CHECK,
  'packages/api/src/base.txt': 'base\n',
  'packages/api/tests/base-is-there.sh': 'grep -q base src/base.txt\n',
  'packages/api/package.json': '{"scripts":{"test":"node run.mjs"}}',
  'packages/api/run.mjs': '\n',
  'packages/web/src/web.txt': 'web\n',
  'packages/web/package.json': '{"scripts":{"test":"node run.mjs"}}',
  'package-lock.json': '{"v":1}\n',
  '.gitignore': 'node_modules/\nown_modules/\nreport.xml\nfigures.json\n',
};

const open = (config: Partial<ConfigDraft> = {}, files: Readonly<Record<string, string>> = {}) =>
  Workplace.open({
    config: {
      root: ROOT,
      checks: { ...checks, setup: checks.setup } as ConfigDraft['checks'],
      protected: ['check.sh'],
      ...config,
    },
    files: { ...monorepo, ...files },
  });
const begun = async (...how: Parameters<typeof open>) => {
  const place = await open(...how);
  await place.begin();
  return place;
};

describe('a feature in a folder of a monorepo', () => {
  it('measures the folder’s tests there, and lands beside the rest of the repository', async () => {
    const place = await begun({
      gates: {
        size: {
          run: 'echo "{\\"files\\": $(ls src | wc -l)}" > figures.json',
          report: 'figures.json',
          metric: 'files',
          max: 5,
        },
      },
    });
    const base = await place.baseline();
    expect(base).toMatchObject({ checks: [{ name: 'test', passed: true }], tests: { total: 1 } });
    expect(base.leftBehind).toBeUndefined();
    await place.write('one', {
      [`${ROOT}/src/one.txt`]: 'one\n',
      [`${ROOT}/tests/one-is-there.sh`]: 'grep -q one src/one.txt\n',
    });
    const packet = packetOf('one', {
      boundaries: { inScope: ['src/one.txt', 'tests/one-*.sh'] },
      criteria: [
        { text: 'the test is there', evidence: { test: 'one-is-there' } },
        { text: 'the file is there', evidence: { file: 'src/one.txt' } },
        { text: 'a command finds it', evidence: { command: 'grep -q one src/one.txt' } },
      ],
    });
    const found = await place.verify(packet);
    expect(found).toMatchObject({
      outside: [],
      protected: [],
      checks: [{ passed: true, tests: { total: 2 } }],
    });
    expect(found.changed.map((change) => change.path).toSorted()).toEqual([
      'src/one.txt',
      'tests/one-is-there.sh',
    ]);
    expect(found.criteria.map(({ met }) => met)).toEqual([true, true, true]);
    await place.merge(packet);
    expect(await place.gate('size')).toMatchObject({ outcome: 'met', figures: { files: 2 } });
    await place.moveBase({ 'packages/web/src/web.txt': 'web, changed meanwhile\n' });
    const { commit } = await place.land(await place.readyToLand());
    expect(await place.tiny.git('diff', '--name-only', `${commit}^1`, commit)).toBe(
      `${ROOT}/src/one.txt\n${ROOT}/tests/one-is-there.sh`,
    );
  });

  it('takes what lies outside for outside of every packet’s boundaries, but for lock files above', async () => {
    const place = await begun();
    await place.write('one', {
      [`${ROOT}/src/one.txt`]: 'one\n',
      'packages/web/src/web.txt': 'changed\n',
      'packages/web/package-lock.json': '{}\n',
      'package-lock.json': '{"v":2}\n',
      'README.md': 'new\n',
      'baton.yaml': 'checks: {}\n',
      'src/base.txt': 'not the root’s\n',
    });
    const { outside, protected: guarded, protectedDiff } = await place.verify(packetOf('one'));
    expect(outside.toSorted()).toEqual([
      ...['../../README.md', '../../src/base.txt', '../web/package-lock.json', '../web/src/web.txt'],
    ]);
    expect(guarded).toEqual(['../../baton.yaml']);
    expect(protectedDiff).toContain('b/baton.yaml');
    const narrow = packetOf('one', { boundaries: { inScope: ['src/'] } });
    expect((await place.verify(narrow)).outside).toContain('../../package-lock.json');
    const named = packetOf('one', { boundaries: { inScope: ['src/', 'package-lock.json'] } });
    expect((await place.verify(named)).outside).not.toContain('../../package-lock.json');
    const allowed = [...outside, ...guarded];
    expect(await place.verify(packetOf('one'), { allowed, check: false })).toMatchObject({
      outside: [],
      protected: [],
    });
  });

  it('protects what measures in the folder, and what its baton.yaml lists', async () => {
    const place = await begun({ checks: { ...checks, unit: 'npm test' } as never });
    await place.write('one', {
      [`${ROOT}/check.sh`]: 'true\n',
      [`${ROOT}/run.mjs`]: '1\n',
      [`${ROOT}/src/a.txt`]: 'a\n',
    });
    const { protected: guarded } = await place.verify(packetOf('one'));
    expect(guarded.toSorted()).toEqual(['check.sh', 'run.mjs']);
  });

  it('runs the set-up in the folder, once more when a lock file above has changed', async () => {
    const place = await begun();
    await place.baseline();
    const runs = await place.runs('setup');
    await place.write('one', { [`${ROOT}/src/one.txt`]: 'one\n' });
    await place.verify(packetOf('one'));
    const same = await place.runs('setup');
    await place.write('one', { 'package-lock.json': '{"v":2}\n' });
    const { checks: measured } = await place.verify(packetOf('one'));
    expect(measured).toMatchObject([{ name: 'test', passed: true }]);
    // The proof tree is set up once, and once more for what it depends on; nothing else runs it.
    expect([same - runs, (await place.runs('setup')) - same]).toEqual([1, 1]);
    const proof = place.shop.home.paths.worktree('prefs', `one${PROOF_SUFFIX}`);
    const made = await readIfRegular(path.join(proof, 'node_modules/dep/it'));
    expect(made?.toString()).toBe('{"v":2}\n');
  });

  it('copies what the set-up installed, in the folder and above it, if that is named', async () => {
    const place = await begun({ worktrees: { installed: ['../../node_modules', 'own_modules'] } });
    await place.baseline();
    const before = await place.runs('setup');
    const at = await place.tree('one');
    const tree = { feature: 'prefs', name: 'one', epoch: 1, path: at, cwd: path.join(at, ROOT) };
    expect(await setUp(place.shop, place.site, tree)).toBeUndefined();
    expect(existsSync(path.join(at, 'node_modules/dep/it'))).toBe(true);
    expect(existsSync(path.join(at, ROOT, 'own_modules'))).toBe(true);
    expect(await place.runs('setup')).toBe(before);
  });

  it('names conflicts from the folder, and makes generated files anew there', async () => {
    const place = await begun(
      { generated: [{ files: ['gen.txt'], run: 'ls src > gen.txt' }] },
      { [`${ROOT}/gen.txt`]: 'base\n', [`${ROOT}/src/same.txt`]: 'x\n' },
    );
    const change = async (name: string) => {
      await place.write(name, {
        [`${ROOT}/src/${name}.txt`]: `${name}\n`,
        [`${ROOT}/gen.txt`]: `base\n${name}\n`,
        [`${ROOT}/src/same.txt`]: `${name}\n`,
      });
      return (await place.verify(packetOf(name))).commit;
    };
    const commits = { one: await change('one'), two: await change('two') };
    const first = await place.prepare(packetOf('one'), { packet: packetOf('one'), commit: commits.one });
    if (first.kind !== 'ready') throw new Error(first.kind);
    await place.move(first.merge);
    expect(
      await place.prepare(packetOf('two'), { packet: packetOf('two'), commit: commits.two }),
    ).toMatchObject({
      kind: 'conflict',
      files: ['src/same.txt'],
    });
    expect(await place.bringUp('two')).toEqual({ kind: 'conflict', files: ['src/same.txt'] });
    expect(await place.read('two', `${ROOT}/gen.txt`)).toBe('base.txt\none.txt\nsame.txt\ntwo.txt\n');
  });

  it('is red if the folder is gone, or a link to a package that is green stands in its place', async () => {
    const green = { 'packages/web/check.sh': 'echo ran >> {dir}/web.ran\n' };
    const place = await begun({ checks: { test: 'sh check.sh' } }, green);
    const allowed = [
      'check.sh',
      'package.json',
      'run.mjs',
      'src/base.txt',
      'tests/base-is-there.sh',
      '../api',
    ];
    for (const name of ['gone', 'link']) {
      const tree = await place.tree(name);
      rmSync(path.join(tree, ROOT), { recursive: true });
      if (name === 'link') symlinkSync('web', path.join(tree, ROOT));
      const { checks: measured } = await place.verify(packetOf(name), { allowed });
      expect(measured).toMatchObject([{ name: 'setup', passed: false }]);
      expect(measured[0]?.tail).toContain('packages/api is no folder in');
    }
    expect(await place.tiny.read('web.ran')).toBeUndefined();
  });
});

describe('a baton.yaml in the folder itself', () => {
  const own = async (root?: string) => {
    const plain = await Workplace.open({ config: { checks: { test: 'false' } }, files: monorepo });
    const { repo: origin, base } = plain.site.ref;
    const text = (await readIfRegular(path.join(origin, 'baton.yaml')))?.toString() ?? '';
    await plain.moveBase({ [`${ROOT}/baton.yaml`]: text.replace('test: "false"', 'test: sh check.sh') });
    const baseCommit = await plain.tiny.git('rev-parse', 'main');
    return plain.shop.open({
      feature: 'own',
      repo: origin,
      base,
      baseCommit,
      ...(root !== undefined && { root }),
    });
  };

  it('is read for that root; the one at the top for the whole', async () => {
    const inside = await own(ROOT);
    expect([inside.repo.root, inside.config.checks.test]).toMatchObject([ROOT, { run: 'sh check.sh' }]);
    expect((await integrationTree(inside)).cwd).toMatch(/\/packages\/api$/);
    const whole = await own();
    expect([whole.repo.root, whole.config.checks.test]).toMatchObject(['', { run: 'false' }]);
    // A package without one has the nearest above it.
    expect(await own('packages/web')).toMatchObject({
      config: { root: 'packages/web', checks: { test: { run: 'false' } } },
    });
  });

  it('is looked for by a worker only in a root that is there', async () => {
    await expect(own('packages/none')).rejects.toThrow('there is no folder packages/none in the base commit');
  });
});
