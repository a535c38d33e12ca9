import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { RepositoryRef } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import type { Home } from '../../src/homes/home.ts';
import { agentTree } from '../../src/work/agent-tree.ts';
import { openIntegration } from '../../src/work/feature-files.ts';
import { bringTreeUpTo, prepareMerge, verify } from '../../src/work/integrate.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import { done, type TinyRepository, tinyPacket, tinyRepository } from '../support/tiny-repository.ts';
import { bareHub } from '../support/two-workers.ts';
import { newWorkshop } from './new-workshop.ts';
import { firstRun } from './run-input.ts';

describe('a packet whose home was lost', () => {
  let tiny: TinyRepository;
  let ref: RepositoryRef;
  let hub: string;
  const homes: Home[] = [];
  const { signal } = new AbortController();
  const packet = packetSchema.parse(tinyPacket('one'));
  const hooks = { signal, execution: 'first', event: () => undefined, known: () => undefined };

  const open = async () => {
    const { home, shop } = await newWorkshop(hub);
    homes.push(home);
    return { shop, site: await shop.open(ref), home: home.id };
  };
  /** Work of epoch 1, committed in a home that is then lost; answers a home that has none of it. */
  const lost = async (id: string) => {
    ref = { feature: id, repo: tiny.repo, base: 'main', baseCommit: await tiny.git('rev-parse', 'main') };
    const { site } = await open();
    await openIntegration(site, 'execution');
    const tree = await agentTree(site, { name: 'one', epoch: 1, start: ref.baseCommit });
    await writeFile(path.join(tree.path, 'src/one.txt'), 'one\n');
    await writeFile(path.join(tree.path, 'tests/one-is-there.sh'), 'grep -q one src/one.txt\n');
    const { commit } = await site.repo.commitAll({ worktree: tree, message: 'one: work' });
    const other = await open();
    return { ...other, commit, tree: { ...ref, name: 'one', place: { home: other.home, epoch: 2 } } };
  };

  beforeAll(async () => {
    hub = await bareHub();
    tiny = await tinyRepository({ one: [[done('nothing was left to do')]] });
  });
  afterAll(async () => {
    for (const home of homes) await home.release();
  });

  it('is verified and merged in another, which never had its tree', async () => {
    const { shop, site, commit, tree } = await lost('verified');
    const common = { packet, claimed: [], ticked: [] };
    const verified = await verify(
      shop,
      site,
      { ...tree, ...common, start: ref.baseCommit, check: true, allowed: [] },
      signal,
    );
    expect(verified).toMatchObject({ commit, outside: [], checks: [{ passed: true }, { passed: true }] });
    expect(verified.changed.map((change) => change.path)).toEqual(['src/one.txt', 'tests/one-is-there.sh']);
    const input = { ...tree, ...common, commit, branch: 'baton/verified/one', submission: 1 };
    const prepared = await prepareMerge(shop, site, input, signal);
    expect(prepared).toMatchObject({ kind: 'ready', merge: { old: ref.baseCommit } });
    const refs = (await execa('git', ['for-each-ref', '--format=%(refname)'], { cwd: hub })).stdout.split(
      '\n',
    );
    // A stale attempt of epoch 1 can't take the candidate's ref away from this one.
    expect(refs).toContain('refs/baton/candidates/verified/one/1.2');
    expect(refs).not.toContain('refs/baton/candidates/verified/one/1');
  });

  it('is brought up to the head in another', async () => {
    const { shop, site, commit, tree } = await lost('brought');
    const brought = await bringTreeUpTo({ shop, site, signal }, { ...tree, head: ref.baseCommit });
    expect(brought).toEqual({ kind: 'clean', files: [] });
    expect(await execa('git', ['rev-parse', 'refs/baton/work/brought/one/2'], { cwd: hub })).toMatchObject({
      stdout: commit,
    });
  });

  it('is found to stand on what it stood on before it was brought up in the home that is lost', async () => {
    const { shop, site, commit, tree } = await lost('behind');
    const { baseCommit } = ref;
    await tiny.commit({ 'src/api.txt': 'api\n' });
    const head = await tiny.git('rev-parse', 'main');
    await tiny.git('push', '-q', hub, `${head}:refs/heads/baton/behind/integration`);
    const input = { ...tree, packet, claimed: [], ticked: [], start: baseCommit, check: true, allowed: [] };
    const look = () => verify(shop, site, { ...input, standsOn: head }, signal);
    expect(await look()).toMatchObject({ commit, behind: true, checks: [] });
    await bringTreeUpTo({ shop, site, signal }, { ...tree, head });
    const found = await look();
    expect(found).not.toHaveProperty('behind');
    expect(found.checks).toMatchObject([{ passed: true }, { passed: true }]);
  });

  it('is gone on with by an agent that is told, with the answer to what it had asked', async () => {
    const { shop, site, commit, tree } = await lost('told');
    const input: AgentRunInput = {
      ...firstRun(ref, tree.place.home),
      ...tree,
      run: 2,
      resume: { sessionId: 'one-1234', answer: 'the blue one' },
    };
    const outcome = await runAgent(shop, site, input, hooks);
    expect(outcome).toMatchObject({ end: { kind: 'done' }, commit });
    const [task] = await tiny.tasks('one');
    expect(task).toMatchObject({
      resume: null,
      feedback: [
        { kind: 'note', text: expect.stringContaining('begun on another machine') },
        { kind: 'advice', text: expect.stringContaining('the blue one') },
      ],
    });
    const again = await runAgent(
      shop,
      site,
      { ...input, run: 3, resume: { sessionId: outcome.sessionId ?? '', answer: null } },
      hooks,
    );
    expect(again.sessionId).toBe(outcome.sessionId);
    expect((await tiny.tasks('one'))[1]).toMatchObject({
      resume: { sessionId: outcome.sessionId },
      feedback: [],
    });
  });
});
