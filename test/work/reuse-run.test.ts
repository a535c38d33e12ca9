import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentRunInput, AgentRunOutcome } from '../../src/domain/activities.ts';
import type { Home } from '../../src/homes/home.ts';
import { readNote, writeNote } from '../../src/homes/notes.ts';
import { readRuns } from '../../src/homes/runs.ts';
import { openIntegration } from '../../src/work/feature-files.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { type TinyRepository, tinyRepository, tinyWork } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.5 };

describe('a run that was paid for in another feature', () => {
  let tiny: TinyRepository;
  let home: Home;
  let shop: Workshop;
  let input: AgentRunInput;
  let paid: AgentRunOutcome;
  let site: Site;
  beforeAll(async () => {
    tiny = await tinyRepository({
      one: [[{ remove: ['src/base.txt'], exec: 'chmod +x check.sh' }, { usage }, ...tinyWork('one')]],
    });
    ({ home, shop, site, input } = await begunFeature(tiny, 'old'));
    paid = await runAgent(shop, site, input, hooks);
  });
  afterAll(() => home.release());

  const hooks = {
    signal: new AbortController().signal,
    execution: 'first',
    event: () => undefined,
    known: () => undefined,
  };

  /** The same run in a fork. */
  async function inFork(feature: string, more: Partial<AgentRunInput> = {}) {
    const ref = { feature, repo: tiny.repo, base: 'main', baseCommit: input.baseCommit };
    const at = await shop.open(ref);
    await openIntegration(at, 'execution');
    const branch = `baton/${feature}/one`;
    const given = { ...input, feature, branch, from: { feature: 'old' }, ...more };
    return { at, given, run: () => runAgent(shop, at, given, hooks) };
  }
  const started = async () => (await tiny.tasks('one')).length;

  it('is done without its agent, to the same trees in commits of the fork, at no cost', async () => {
    const { at, run } = await inFork('fork');
    const outcome = await run();
    expect(await started()).toBe(1);
    expect(outcome).toMatchObject({ end: paid.end, heard: true, sessionId: paid.sessionId });
    expect(await at.repo.tree(outcome.commit)).toBe(await site.repo.tree(paid.commit));
    expect(outcome.commit).not.toBe(paid.commit);
    expect(await at.repo.log(input.baseCommit, outcome.commit)).toHaveLength(2);
    expect(outcome.checkpoints.map(({ message, tests, passed }) => ({ message, tests, passed }))).toEqual(
      paid.checkpoints.map(({ message, tests, passed }) => ({ message, tests, passed })),
    );
    const { durationMs, startedAt } = paid.figures;
    expect(outcome.figures).toMatchObject({
      outcome: 'done',
      costUsd: 0,
      inputTokens: 0,
      outputTokens: 0,
      reused: { feature: 'old', run: 1, ...usage, durationMs, startedAt },
    });
    // It is found again in a fork of the fork, and still is who paid for it.
    const next = await inFork('next', { from: { feature: 'fork' } });
    expect(await next.run()).toMatchObject({ figures: { reused: { feature: 'old', costUsd: 0.5 } } });
    expect(await started()).toBe(1);
  });

  it('is done once, also where a worker is killed while it is taken over', async () => {
    const { at, run } = await inFork('killed');
    const whole = await run();
    expect(await run()).toEqual(whole);
    const note = await readNote(home.paths, { feature: 'killed', packet: 'one' });
    if (note === undefined) throw new Error('no note');
    for (const checkpoints of [[], whole.checkpoints.slice(0, 1), whole.checkpoints]) {
      const { finished: _, ...cutOff } = note;
      await writeNote(home.paths, { ...cutOff, checkpoints });
      const again = await run();
      expect(again).toMatchObject({ end: whole.end, figures: { costUsd: 0 } });
      expect(await at.repo.tree(again.commit)).toBe(await at.repo.tree(whole.commit));
      expect(again.checkpoints.map(({ message }) => message)).toEqual(
        whole.checkpoints.map(({ message }) => message),
      );
    }
    expect(await started()).toBe(1);
  });

  it.each([
    ['its packet was to be done again', { from: { feature: 'old', anew: true as const } }],
    [
      'there it ended after the point that was gone back to',
      { from: { feature: 'old', until: '2020-01-01T00:00:00.000Z' } },
    ],
    ['this home keeps no such run', { from: { feature: 'nobody' } }],
    ['other than there: the request or the packet', { request: 'Add another file' }],
    [
      'other than there: what it was told',
      { feedback: [{ kind: 'advice' as const, text: 'Be quick.', files: [] }] },
    ],
  ])('is made anew, since %s', async (why, more) => {
    const before = await started();
    const { given, run } = await inFork(`anew-${before}`, more);
    const { figures } = await run();
    expect(figures).toMatchObject({ anew: why, costUsd: 0.5 });
    expect(figures.reused).toBeUndefined();
    expect(await started()).toBe(before + 1);
    // And is kept for those that begin as this one did.
    const [record] = await readRuns(home.paths, given.feature);
    expect(record).toMatchObject({
      kept: { mediaType: 'application/json' },
      inputs: { key: expect.any(String) },
    });
  });

  it('is made by another agent if one is wanted, and by the role’s own where it is the same all the same', async () => {
    const before = await started();
    const change = { command: 'node ./agents/agent.mjs' };
    const { run } = await inFork('same-all-the-same', { from: { feature: 'old', with: change } });
    expect(await run()).toMatchObject({ figures: { reused: { feature: 'old' } } });
    const other = await inFork('other', { from: { feature: 'old', anew: true, with: { model: 'large' } } });
    await other.run();
    expect(await started()).toBe(before + 1);
    const [record] = await readRuns(home.paths, 'other');
    expect(record).toMatchObject({ model: 'large' });
    const wrong = await inFork('wrong', { from: { feature: 'old', anew: true, with: { runner: 'acp' } } });
    await expect(wrong.run()).rejects.toThrow(/^crew\.implement: /);
  });

  it('is made anew if what it came to is not kept any more', async () => {
    await rm(path.join(home.paths.artifacts), { recursive: true, force: true });
    const { run } = await inFork('forgotten');
    expect(await run()).toMatchObject({ figures: { anew: 'what it came to there is not kept any more' } });
  });
});
