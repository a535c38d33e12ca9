import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenFeature } from '../stacks/open-feature.ts';
import { commitIn, commitsFeature, landFeature } from './landing-feature.ts';

const ADA = 'Ada Lovelace <ada@example.com>';
const BOT = 'Baton <baton@example.com>';
const COMMITS = { author: ADA, committer: BOT, signoff: true, subject: '{kind}({packet}): {objective}' };
const SAVE = { id: 'save', objective: 'Save the preferences. In a file.' };
const TRAILERS = ['Baton-Feature: stack', 'Baton-Packet: save', 'Baton-Role: tdd-typescript'];
const SIGNED_OFF = `Signed-off-by: ${BOT}`;

let feature: OpenFeature;
afterEach(() => feature.close());

/** Checkpoints of an agent, and what it leaves after the last. */
const work = async () => {
  const checkpoint = async (message: string, worktree: { path: string }) => {
    const tree = { feature: 'stack', name: 'save', epoch: 1, ...worktree };
    await feature.site.repo.commitAll({ worktree: tree, message: `save: ${message}` });
  };
  const write = async (cwd: string, text: string) =>
    execa('sh', ['-c', `echo ${text} >> src/save.txt`], { cwd });
  const handedIn = await feature.handIn(
    { ...SAVE, boundaries: { inScope: ['src/'] } },
    { 'src/save.txt': 'test\n' },
    (tree) => checkpoint('RED: nothing is saved', tree),
    async (tree) => {
      await write(tree.path, 'code');
      await checkpoint('GREEN: it is saved', tree);
      await write(tree.path, 'done');
    },
  );
  const merged = await feature.merge(handedIn, {
    summary: 'Wrote it.\n\nSigned-off-by: Mallory <m@example.com>',
  });
  if (merged.kind !== 'ready') throw new Error(`the merge is ${merged.kind}`);
  return merged.merge;
};

describe('the commits that land', () => {
  it('per packet are one on the head, in the configured names, with git’s own trailers last', async () => {
    feature = await commitsFeature(COMMITS);
    const { old, new: made } = await work();
    const landed = await landFeature(feature);
    expect(landed).toMatchObject({ branch: 'main', commit: made });
    expect(await feature.git('rev-parse', 'main')).toBe(made);
    const commit = await commitIn(feature.ref.repo, 'main');
    expect(commit).toMatchObject({
      author: ADA,
      committer: BOT,
      parents: [old],
      subject: 'implementation(save): Save the preferences',
      trailers: [...TRAILERS, SIGNED_OFF],
    });
    expect(commit.message).toContain('Wrote it.');
    expect(commit.message).toContain('Checked: test.');
    expect(old).toBe(feature.ref.baseCommit);
  });

  it('per packet come to the base by a merge commit that says so, if the base has moved', async () => {
    feature = await commitsFeature(COMMITS);
    const { new: made } = await work();
    const other = await moveBase();
    await landFeature(feature);
    expect(await commitIn(feature.ref.repo, 'main')).toMatchObject({
      author: ADA,
      committer: BOT,
      parents: [other, made],
      subject: 'feature(stack): Users can save their preferences',
      message: expect.stringContaining('This merges the feature stack into main.'),
      trailers: ['Baton-Feature: stack', SIGNED_OFF],
    });
  });

  it('per checkpoint are one for each of the agent’s, and one for what it left after the last', async () => {
    feature = await commitsFeature({ ...COMMITS, per: 'checkpoint' });
    const { old, new: made, tree } = await work();
    await landFeature(feature);
    const commits = (await feature.git('rev-list', '--reverse', `${old}..main`)).split('\n');
    expect(commits.at(-1)).toBe(made);
    const all = await Promise.all(commits.map((commit) => commitIn(feature.ref.repo, commit)));
    expect(all.map(({ subject }) => subject)).toEqual([
      'implementation(save): RED: nothing is saved',
      'implementation(save): GREEN: it is saved',
      'implementation(save): Save the preferences',
    ]);
    expect(all.map(({ parents }) => parents)).toEqual([[old], [commits[0]], [commits[1]]]);
    expect(all.every(({ author, committer }) => author === ADA && committer === BOT)).toBe(true);
    expect(all.map(({ trailers }) => trailers)).toEqual(all.map(() => [...TRAILERS, SIGNED_OFF]));
    expect(all.at(-1)?.tree).toBe(tree);
  });

  it.for(['merge', 'branch'] as const)(
    'per feature are one on the base, with the request as subject and the tree of the head (land: %s)',
    async (mode) => {
      feature = await commitsFeature({ ...COMMITS, per: 'feature' }, mode);
      const { tree } = await work();
      const { branch, commit } = await landFeature(feature);
      expect(branch).toBe(mode === 'merge' ? 'main' : 'feature/stack');
      expect(await feature.git('rev-parse', branch)).toBe(commit);
      expect(await commitIn(feature.ref.repo, branch)).toMatchObject({
        author: ADA,
        committer: BOT,
        parents: [feature.ref.baseCommit],
        tree,
        subject: 'feature(stack): Users can save their preferences',
        message: expect.stringContaining('- save: Save the preferences'),
        trailers: ['Baton-Feature: stack', SIGNED_OFF],
      });
      // Said once more by a worker that was cut off, it lands nothing else.
      expect(await landFeature(feature)).toMatchObject({ branch, commit });
    },
  );

  it('per feature are one on the base as it is by then', async () => {
    feature = await commitsFeature({ ...COMMITS, per: 'feature' });
    await work();
    const other = await moveBase();
    await landFeature(feature);
    expect((await commitIn(feature.ref.repo, 'main')).parents).toEqual([other]);
    expect(await feature.git('ls-tree', '--name-only', 'main:src')).toBe('base.txt\nother.txt\nsave.txt');
  });
});

/** Somebody else lands meanwhile. */
async function moveBase(): Promise<string> {
  const cwd = `${feature.dir}/repo`;
  const script = `echo other > src/other.txt && git add -A && git -c user.name=O -c user.email=o@localhost commit -qm Other && git push -q ../origin.git main`;
  await execa('sh', ['-c', script], { cwd });
  return feature.git('rev-parse', 'main');
}
