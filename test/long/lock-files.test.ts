import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { packetOf, Workplace } from '../work/judged/workplace.ts';

const NPM_CONFIG = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--offline'];

const manifest = (dependencies: Readonly<Record<string, string>>): string =>
  `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies }, null, 2)}\n`;
const FIRST = {
  'a-first': 'file:libs/a-first',
  'm-middle': 'file:libs/m-middle',
  'z-last': 'file:libs/z-last',
};
const library = (name: string) => ({
  [`libs/${name}/package.json`]: `${JSON.stringify({ name, version: '1.0.0' }, null, 2)}\n`,
});
const with_ = (name: string) => manifest(sorted({ ...FIRST, [name]: `file:libs/${name}` }));
const sorted = (of: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(of).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What npm makes of a package and its libraries. */
function locked(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'baton-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  execFileSync('npm', ['install', ...NPM_CONFIG], { cwd: folder, stdio: 'pipe' });
  return readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
}

const libraries = { ...library('a-first'), ...library('m-middle'), ...library('z-last') };
const withLock = (name: string) => {
  const files = { ...libraries, ...library(name), 'package.json': with_(name) };
  return { ...library(name), 'package.json': files['package.json'], 'package-lock.json': locked(files) };
};

/** Red unless the lock file has what the manifest asks for, as `npm ci` looks at it. */
const LOOK = { checks: { test: 'npm ci --ignore-scripts --offline --no-audit --no-fund --dry-run' } };

const npmPlace = (config: Partial<ConfigDraft> = {}) => {
  const files = { ...libraries, 'package.json': manifest(FIRST) };
  return Workplace.begun({
    config: { ...LOOK, ...config },
    files: { ...files, 'package-lock.json': locked(files), '.gitignore': 'node_modules/\nreport.xml\n' },
  });
};
const names = (lock: string) => Object.keys(JSON.parse(lock).packages[''].dependencies).sort();

describe('a lock file that two sides of a merge changed', { timeout: 180_000 }, () => {
  it('is made anew by npm where a packet is merged, brought up, and landed on a base that moved', async () => {
    const here = await npmPlace();
    for (const name of ['b-one', 'b-two']) await here.write(name, withLock(name));
    await here.merge(packetOf('b-one'));
    // Its own turn: nobody is sent to work again.
    const second = await here.verify(packetOf('b-two'));
    expect(second.checks).toMatchObject([{ name: 'test', passed: true }]);
    const prepared = await here.prepare(packetOf('b-two'), { commit: second.commit });
    expect(prepared).toMatchObject({ kind: 'ready' });
    // Its agent's tree comes to the same.
    expect(await here.bringUp('b-two')).toEqual({ kind: 'clean', files: [] });
    const all = [...Object.keys(FIRST), 'b-one', 'b-two'].sort();
    expect(names(await here.read('b-two', 'package-lock.json'))).toEqual(all);
    await here.merge(packetOf('b-two'));
    expect(names(here.git('show', `${await here.head()}:package-lock.json`))).toEqual(all);
    await here.moveBase(withLock('b-three'));
    const { commit } = await here.land(await here.readyToLand());
    expect(names(here.git('show', `${commit}:package-lock.json`))).toEqual([...all, 'b-three'].sort());
  });

  it('goes to an agent as before, with npm’s own words, if it can’t be made', async () => {
    const here = await npmPlace();
    await here.write('b-one', withLock('b-one'));
    const gone = withLock('b-two');
    // As where no registry can be reached.
    const away = gone['package.json'].replace('file:libs/b-two', '1.2.3');
    await here.write('b-two', { ...gone, 'package.json': away, '.npmrc': 'offline=true\n' });
    await here.merge(packetOf('b-one'));
    const { commit } = await here.verify(packetOf('b-two'), { check: false });
    const prepared = await here.prepare(packetOf('b-two'), { commit });
    expect(prepared).toMatchObject({
      kind: 'conflict',
      files: ['package-lock.json'],
      output: expect.stringMatching(
        /package-lock\.json could not be made anew: `npm install [^`]+` exited with 1/,
      ),
    });
    expect(await here.bringUp('b-two')).toEqual({ kind: 'conflict', files: ['package-lock.json'] });
    expect(await here.read('b-two', 'package-lock.json')).toContain('<<<<<<<');
  });

  it('is the agent’s to settle if one side removed it', async () => {
    const here = await npmPlace();
    await here.write('b-one', withLock('b-one'));
    await here.write('b-two', { 'package-lock.json': null });
    await here.merge(packetOf('b-one'));
    const { commit } = await here.verify(packetOf('b-two'), { check: false });
    expect(await here.prepare(packetOf('b-two'), { commit })).toMatchObject({ kind: 'conflict' });
  });
});
