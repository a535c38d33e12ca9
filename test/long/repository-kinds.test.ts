import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { Engine } from '../support/engine.ts';
import { runGit } from '../support/run-git.ts';
import {
  done,
  plainWork,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';

const ME = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost'];

/** A submodule beside it, at its first version; the second is where it comes from. */
const withModule = async (tiny: TinyRepository): Promise<string> => {
  const lib = path.join(tiny.dir, 'lib');
  await mkdir(lib);
  await runGit(lib, 'init', '-q', '-b', 'main');
  const version = async (text: string) => {
    await writeFile(path.join(lib, 'lib.txt'), `${text}\n`);
    await runGit(lib, 'add', '-A');
    await runGit(lib, ...ME, 'commit', '-qm', text);
    return runGit(lib, 'rev-parse', 'HEAD');
  };
  await version('first');
  await tiny.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../lib', 'vendor/lib');
  await tiny.commit({ 'tests/lib-is-there.sh': 'grep -q . vendor/lib/lib.txt\n' });
  return version('second');
};

describe('a repository whose objects are named by SHA-256, with a submodule', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'));
  });
  afterAll(() => engine.stop());

  it('has a feature landed that moves the submodule, and its checks see the content', async () => {
    process.env.GIT_DEFAULT_HASH = 'sha256';
    onTestFinished(() => {
      delete process.env.GIT_DEFAULT_HASH;
    });
    const inScope = ['vendor/lib', 'tests/newer-*.sh'];
    const criteria = [{ text: 'The library is newer', evidence: { test: 'newer-lib' } }];
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            tinyPacket('one'),
            { id: 'newer', objective: 'A newer library', criteria, boundaries: { inScope } },
          ]),
        ],
        one: [plainWork('one')],
        newer: [
          [
            { exec: 'git -C vendor/lib checkout -q origin/main' },
            { write: { 'tests/newer-lib.sh': 'grep -q second vendor/lib/lib.txt\n' } },
            done('The library is newer'),
          ],
        ],
      },
      unattended,
    );
    const second = await withModule(tiny);
    const feature = await engine.feature(tiny, { id: 'kinds' });
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      packets: [
        { id: 'one', status: 'merged', submissions: 1 },
        { id: 'newer', status: 'merged', submissions: 1, tests: { failing: 0 } },
      ],
    });
    expect(report.commit).toMatch(/^[0-9a-f]{64}$/);
    expect(await tiny.git('rev-parse', 'feature/kinds:vendor/lib')).toBe(second);
    expect(await tiny.git('status', '--porcelain', '--ignore-submodules')).toBe('');
  });
});
