import { readFile } from 'node:fs/promises';
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
      .replace("import('./client.js')", "Promise.resolve(console.log('loaded'))");
    const { stdout, stderr, exitCode } = await execa(process.execPath, ['-e', stub.replace(/^#!.*\n/, '')], {
      reject: false,
    });
    expect({ stdout, exitCode }).toEqual(
      runs ? { stdout: 'loaded', exitCode: 0 } : { stdout: '', exitCode: 2 },
    );
    expect(stderr).toBe(runs ? '' : `baton: Node.js 20.19 or newer is needed, and this is ${version}.`);
  });

  it('has nothing in its first file that an old Node could not read', async () => {
    const text = await readFile(baton, 'utf8');
    expect(text).not.toMatch(/=>|\bconst\b|\blet\b|`|\?\.|\?\?|\bawait\b/);
  });
});
