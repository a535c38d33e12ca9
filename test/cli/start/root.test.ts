import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { prepareStart } from '../../../src/cli/start/start-feature.ts';
import type { FeatureRequest } from '../../../src/domain/messages.ts';
import { type TinyRepository, tinyConfig, tinyRepository } from '../../support/tiny-repository.ts';
import { baton } from '../in-process.ts';

const config = (more: object = {}) => stringify({ ...tinyConfig, ...more });

describe('baton start in a monorepo', () => {
  let tiny: TinyRepository;
  beforeAll(async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    tiny = await tinyRepository(
      {},
      {},
      {
        'packages/api/baton.yaml': config({ land: 'merge' }),
        'packages/api/src/deep/a.txt': 'a\n',
        'packages/web/a.txt': 'a\n',
      },
    );
    await symlink('packages/api', path.join(tiny.repo, 'link'));
    await tiny.commit({});
    await mkdir(path.join(tiny.repo, 'packages/new'));
    await writeFile(path.join(tiny.repo, 'packages/new/baton.yaml'), config());
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await rm(tiny.dir, { recursive: true, force: true });
  });
  const start = (repo: string, root?: string): Promise<FeatureRequest> =>
    prepareStart({ request: 'Add it', id: 'one', repo: path.join(tiny.repo, repo), root, yes: false });

  it.each([
    ['the package that has a baton.yaml', 'packages/api', undefined, 'packages/api'],
    ['a folder of that package', 'packages/api/src/deep', undefined, 'packages/api'],
    ['the top', '', undefined, undefined],
    ['a package without one, which has that of the top', 'packages/web', undefined, undefined],
    ['the top, with --root', '', './packages/api/', 'packages/api'],
    ['the top, with a --root that has no baton.yaml', '', 'packages/web', 'packages/web'],
    ['a package, with --root for the whole', 'packages/api', '.', ''],
  ])('from %s', async (_, repo, root, expected) => {
    const request = await start(repo, root);
    expect(request).toMatchObject({ repo: tiny.repo, base: 'main' });
    expect(request.root).toBe(expected);
  });

  it.each([
    ['packages/none', 'there is no folder packages/none in the base commit'],
    ['packages/new', 'there is no folder packages/new in the base commit'],
    ['link', 'link is a symbolic link in the base commit'],
    ['check.sh', 'check.sh is a file in the base commit'],
    ['../other', '--root: "../other" leads out with `..`'],
    ['/packages/api', '--root: "/packages/api" is absolute'],
    ['', '--root: a root is a folder'],
  ])('--root %j is refused by name', async (root, why) => {
    await expect(start('', root)).rejects.toThrow(why);
  });

  it('a root that baton.yaml names wrongly is refused with file and line, by start and by doctor', async () => {
    const broken = await tinyRepository({}, { root: 'packages/none' } as never);
    const prepared = prepareStart({ request: 'Add it', repo: broken.repo, yes: false });
    await expect(prepared).rejects.toThrow(
      /baton\.yaml:\d+: there is no folder packages\/none in the base commit/,
    );
    vi.stubEnv('BATON_HOME', path.join(broken.dir, 'home'));
    vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
    const { stdout } = await baton('doctor', '--repo', broken.repo);
    vi.unstubAllEnvs();
    expect(stdout).toContain('there is no folder packages/none in the base commit');
    await rm(broken.dir, { recursive: true, force: true });
  });

  it('baton plan draws what is protected in the root, named from there', async () => {
    const packets = path.join(tiny.dir, 'packets');
    await mkdir(packets);
    const text =
      '# Work Packet: one\n\n**Objective:** x\n\n## Acceptance Criteria\n- [ ] x (test: "x")\n\n## Boundaries\n**In Scope:** src/x.txt\n';
    await writeFile(path.join(packets, 'one.md'), text);
    const repo = path.join(tiny.repo, 'packages/api');
    const { stdout, stderr } = await baton('plan', '--packets', packets, '--repo', repo, '--json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).protected.map((each: { path: string }) => each.path)).toEqual(['baton.yaml']);
  });
});
