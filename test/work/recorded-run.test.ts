import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingOf } from '../../src/cli/play/recording-of.ts';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { Home } from '../../src/homes/home.ts';
import { readRuns } from '../../src/homes/runs.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { type TinyRepository, tinyConfig, tinyRepository, tinyWork } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

describe('what the transcript of a run keeps of its commits', () => {
  let tiny: TinyRepository;
  let home: Home;
  let shop: Workshop;
  let site: Site;
  let input: AgentRunInput;
  beforeAll(async () => {
    tiny = await tinyRepository(
      { one: [tinyWork('one', { hold: '{dir}/held' }, { remove: ['src/base.txt'] })] },
      { checks: { ...tinyConfig.checks, setup: 'echo made > made-by-set-up.txt' } },
    );
    ({ home, shop, site, input } = await begunFeature(tiny, 'kept'));
  });
  afterAll(() => home.release());

  const hooks = (signal: AbortSignal) => ({
    signal,
    execution: 'first',
    event: () => undefined,
    known: () => undefined,
  });

  it('is each with its edits, in order, also where the run was interrupted and made again', async () => {
    const interruption = new AbortController();
    const first = runAgent(shop, site, input, hooks(interruption.signal));
    await tiny.reached('held');
    interruption.abort();
    expect(await first).toMatchObject({ end: { kind: 'interrupted' } });
    await tiny.release('held');
    const { end, commit } = await runAgent(shop, site, input, hooks(new AbortController().signal));
    expect(end).toMatchObject({ kind: 'done' });

    const lines: string[] = [];
    const runs = await readRuns(home.paths, 'kept');
    expect(runs.map(({ outcome }) => outcome)).toEqual(['cancelled', 'done']);
    for (const { transcript } of runs)
      if (transcript) lines.push(...(await shop.store.get(transcript)).toString().trimEnd().split('\n'));
    const last = runs.at(-1);
    if (last === undefined) throw new Error('no run');
    const { recording, missing, patches } = recordingOf('kept', last, lines);
    expect(missing).toEqual([]);
    const told = recording.steps.flatMap((step) => {
      if (step.kind === 'answer') return ['answer'];
      if (step.kind === 'edits')
        return [step.files.map(({ path: file, status }) => `${status} ${file}`).join()];
      return [step.event.type];
    });
    expect(told.filter((what) => !['session', 'progress'].includes(what))).toEqual([
      // What the set-up made was there before the agent.
      'added tests/one-is-there.sh',
      'checkpoint',
      'answer',
      'deleted src/base.txt,added src/one.txt',
      'checkpoint',
      'answer',
      'result',
    ]);
    expect(recording.steps.findLast((step) => step.kind === 'edits')).toMatchObject({ commit });
    const red = patches.get('one.1.1.patch');
    if (red === undefined) throw new Error('no patch');
    expect((await shop.store.get(red)).toString()).toMatch(
      /^diff --git a\/tests\/one-is-there\.sh b\/tests\/one-is-there\.sh\nnew file mode 100644\nindex 0{40}\.\.[0-9a-f]{40}\n/,
    );
    expect(await site.repo.listFilesAt(commit)).toContain('made-by-set-up.txt');
  });
});
