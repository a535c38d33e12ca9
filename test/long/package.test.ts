import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { installRelease } from '../support/installed-release.ts';

const MIB = 1024 * 1024;

describe('the package', () => {
  let baton: string;
  beforeAll(async () => {
    baton = await installRelease('7.3.0');
  }, 5 * 60_000);

  const packed = async () => {
    const folder = path.resolve(baton, '../../..');
    const { stdout } = await execa('tar', ['-tzf', path.join(folder, 'baton-baton-7.3.0.tgz')]);
    const { stdout: size } = await execa('stat', ['-c', '%s', path.join(folder, 'baton-baton-7.3.0.tgz')]);
    return { files: stdout.split('\n'), size: Number(size) };
  };

  it('is small, and has what runs and the examples, and no test, bench or tool', async () => {
    const { files, size } = await packed();
    expect(size).toBeLessThan(3 * MIB);
    expect(files.length).toBeLessThan(600);
    expect(
      files.filter((file) => !/^package\/(dist\/|package\.json$|README\.md$|LICENSE$)/.test(file)),
    ).toEqual([]);
    for (const example of ['user-preferences', 'user-management'])
      for (const file of ['baton.yaml', 'gitignore', 'package-lock.json', 'demo.yaml'])
        expect(files).toContain(`package/dist/examples/${example}/${file}`);
    expect(files).toContain('package/dist/schemas/baton.schema.json');
  });

  it('runs as a program by itself, and tells its release', async () => {
    const { stdout } = await execa(baton, ['--version']);
    expect(stdout).toBe('7.3.0');
    const { stdout: help } = await execa(baton, ['--help']);
    expect(help).toContain('start');
  });

  const loads = async (args: readonly string[]) => {
    const home = await mkdtemp(path.join(tmpdir(), 'baton-'));
    const list = path.join(home, 'modules');
    const hooks = `import { appendFileSync } from 'node:fs';
      export const load = (url, context, next) => {
        appendFileSync(process.env.LIST, url + '\\n');
        return next(url, context);
      };`;
    const watching = `import { register } from 'node:module';
      import Module from 'node:module';
      import { appendFileSync } from 'node:fs';
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});
      process.on('exit', () => appendFileSync(process.env.LIST, Object.keys(Module._cache).join('\\n')));`;
    const options = { env: { LIST: list, BATON_HOME: home, BATON_CACHE: home }, reject: false } as const;
    const importing = ['--import', `data:text/javascript,${encodeURIComponent(watching)}`];
    const { stdout, stderr } = await execa(process.execPath, [...importing, baton, ...args], options);
    const files = (await readFile(list, 'utf8')).split('\n').map((url) => url.replace('file://', ''));
    return { said: stdout + stderr, files: files.filter((file) => file.startsWith('/')) };
  };

  it.each([
    [['--version'], '7.3.0'],
    [['--help'], 'Usage: baton'],
    [['completion', 'zsh'], '#compdef baton'],
    [['start', '--help'], 'Usage: baton start'],
    [['status', 'nobody'], 'No Temporal server'],
    [['inbox'], 'No Temporal server'],
    [['report', 'nobody'], 'No Temporal server'],
  ])('loads for %j two files, and none of the worker', async (args, says) => {
    const { said, files } = await loads(args);
    expect(said).toContain(says);
    const names = [...new Set(files)].map((file) => path.basename(file)).sort();
    // `commands.cjs` is run by `start.cjs`, and is no module to Node.
    expect(names).toEqual(['baton.cjs', 'start.cjs']);
  });

  it('loads the worker where one may be started', async () => {
    const { said, files } = await loads(['dev', '--help']);
    expect(said).toContain('Usage: baton dev');
    expect(files.map((file) => path.basename(file))).toContain('client.js');
  });

  it.each([
    ['18.20.4', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['22.1.0', true],
  ])('with Node %s, it runs: %s; if not, it says so in a line', async (version, runs) => {
    // Only the first file, which any Node can read, is run here: with what it asks the version of replaced.
    const text = await readFile(baton, 'utf8');
    const stub = text
      .replaceAll('process.versions.node', `'${version}'`)
      .replace(/import\(.*?\)(?=\.catch)/, "Promise.resolve(console.log('loaded'))");
    const { stdout, stderr, exitCode } = await execa(process.execPath, ['-e', stub.replace(/^#!.*\n/, '')], {
      reject: false,
    });
    expect({ stdout, exitCode }).toEqual(
      runs ? { stdout: 'loaded', exitCode: 0 } : { stdout: '', exitCode: 2 },
    );
    expect(stderr).toBe(runs ? '' : `baton: Node.js 20.19 or newer is needed, and this is ${version}.`);
  });

  it('says so in a line on a real Node 18', async ({ skip }) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'baton-node-18-'));
    const name = `node-${process.platform}-${process.arch}`;
    const wanted = ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund'];
    const got = await execa('npm', [...wanted, `${name}@18`], { cwd: folder, reject: false });
    skip(got.exitCode !== 0, `npm has no ${name}@18 here`);
    const old = path.join(folder, 'node_modules', name, 'bin/node');
    const version = (await execa(old, ['--version'])).stdout.slice(1);
    for (const args of [['--version'], ['dev'], ['start', 'x']])
      expect(await execa(old, [baton, ...args], { reject: false })).toMatchObject({
        stdout: '',
        stderr: `baton: Node.js 20.19 or newer is needed, and this is ${version}.`,
        exitCode: 2,
      });
  });

  it('has nothing in its first file that an old Node could not read', async () => {
    const text = await readFile(baton, 'utf8');
    expect(text).not.toMatch(/=>|\bconst\b|\blet\b|`|\?\.|\?\?|\bawait\b/);
  });
});
