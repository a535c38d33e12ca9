import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { type OpenFeature, writeFiles } from '../stacks/open-feature.ts';
import { commitsFeature, landFeature } from './landing-feature.ts';

const keygen = execaSync('ssh-keygen', ['-?'], { reject: false });
const ADDRESS = 'ada@example.com';
const COMMITS = { author: `Ada Lovelace <${ADDRESS}>`, sign: true };

describe.skipIf(keygen.exitCode === undefined)(
  'commits that are signed with a key for SSH (ssh-keygen is needed)',
  () => {
    let dir: string;
    let feature: OpenFeature;
    beforeAll(async () => {
      dir = await mkdtemp(path.join(tmpdir(), 'baton-signing-'));
      for (const kind of ['ed25519', 'ecdsa'])
        await execa('ssh-keygen', ['-q', '-t', kind, '-N', '', '-f', path.join(dir, kind)]);
      const keys = await Promise.all(
        ['ed25519', 'ecdsa'].map((kind) => readFile(path.join(dir, `${kind}.pub`), 'utf8')),
      );
      await writeFile(path.join(dir, 'allowed'), keys.map((key) => `${ADDRESS} ${key}`).join(''));
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));
    afterEach(async () => {
      vi.unstubAllEnvs();
      await feature.close();
    });

    /** The worker's own git settings. */
    const signWith = async (key: string) => {
      const settings = `[user]\n\tsigningkey = ${path.join(dir, key)}\n[gpg]\n\tformat = ssh\n[gpg "ssh"]\n\tallowedSignersFile = ${path.join(dir, 'allowed')}\n\tprogram = ${path.join(dir, 'signer')}\n`;
      await writeFile(path.join(dir, 'gitconfig'), settings);
      await writeFile(
        path.join(dir, 'signer'),
        `#!/bin/sh\necho "$2" >> ${dir}/calls\nexec ssh-keygen "$@"\n`,
      );
      await chmod(path.join(dir, 'signer'), 0o755);
      await rm(path.join(dir, 'calls'), { force: true });
      vi.stubEnv('GIT_CONFIG_GLOBAL', path.join(dir, 'gitconfig'));
    };
    const begin = async (commits: ConfigDraft['commits'], mode: 'merge' | 'branch' = 'merge') => {
      feature = await commitsFeature(commits, mode);
      return feature.handIn('save', { 'src/save.txt': 'saved\n' });
    };

    it('land so that git verifies each of them', async () => {
      await signWith('ed25519');
      feature = await commitsFeature({ ...COMMITS, per: 'checkpoint' });
      const work = await feature.handIn('save', { 'src/save.txt': 'saved\n' }, async (tree) => {
        await feature.site.repo.commitAll({ worktree: tree, message: 'save: GREEN' });
        await writeFiles(tree.path, { 'src/save.txt': 'saved twice\n' });
      });
      expect(await feature.merge(work)).toMatchObject({ kind: 'ready' });
      await landFeature(feature);
      const commits = (await feature.git('rev-list', `${feature.ref.baseCommit}..main`)).split('\n');
      expect(commits).toHaveLength(2);
      for (const commit of commits) {
        const { stderr } = await execa('git', ['verify-commit', '-v', commit], { cwd: feature.ref.repo });
        expect(stderr).toContain(`Good "git" signature for ${ADDRESS}`);
      }
    });

    it.for(['merge', 'branch'] as const)(
      'land once, if the landing is repeated and each signature differs (land: %s)',
      async (mode) => {
        await signWith('ecdsa');
        const work = await begin({ ...COMMITS, per: 'feature' }, mode);
        expect(await feature.merge(work)).toMatchObject({ kind: 'ready' });
        const first = await landFeature(feature);
        await execa('git', ['verify-commit', first.commit], { cwd: feature.ref.repo });
        const second = await landFeature(feature);
        expect({ branch: second.branch, commit: second.commit }).toEqual(first);
        expect(await feature.git('rev-parse', first.branch)).toBe(first.commit);
      },
    );

    it('are made once a packet: what is only judged needs no signature', async () => {
      await signWith('ed25519');
      const work = await begin(COMMITS);
      expect(await feature.merge(work)).toMatchObject({ kind: 'ready' });
      await landFeature(feature);
      expect(await readFile(path.join(dir, 'calls'), 'utf8')).toBe('sign\n');
    });

    it('are refused with what git says and what to do, if there is no key', async () => {
      await signWith('missing');
      const work = await begin(COMMITS);
      const merging = feature.merge(work);
      await expect(merging).rejects.toMatchObject({ name: 'BatonError', type: 'Repository' });
      await expect(merging).rejects.toThrow(
        /could not be signed.*commits\.sign[\s\S]*missing[\s\S]*Set user\.signingKey/,
      );
    });
  },
);
