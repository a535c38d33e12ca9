import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import type { Home } from '../../src/homes/home.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { doneResult } from '../agents/helpers.ts';
import { tinyConfig, tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

/** Says `first` and hangs; started again in the same HOME says `then` and ends. */
const cli = (first: readonly unknown[], then: readonly unknown[]) => {
  const lines = (said: readonly unknown[]) => said.map((one) => JSON.stringify(one)).join('\n');
  return `#!/bin/sh
if test -e "$HOME/begun"; then cat <<'END'
${lines(then)}
END
else touch "$HOME/begun"; cat <<'END'
${lines(first)}
END
sleep 1000; fi
`;
};
const result = doneResult;
const step = (input: number, reason: string) => ({
  type: 'step_finish',
  sessionID: 'ses_1',
  part: { reason, tokens: { input, output: 10, reasoning: 0, cache: { write: 0, read: 0 } }, cost: 0 },
});

const CASES = [
  {
    what: 'told at the end of a process alone: they are unknown, not those of the rest',
    role: { runner: 'claude', command: ['sh', 'cli.sh'] },
    script: cli(
      [{ type: 'system', subtype: 'init', session_id: 's-1' }],
      [
        { type: 'system', subtype: 'init', session_id: 's-1' },
        {
          type: 'result',
          subtype: 'success',
          structured_output: { result },
          usage: { input_tokens: 7, output_tokens: 1 },
          total_cost_usd: 0.5,
        },
      ],
    ),
    figures: {},
  },
  {
    what: 'of one process, told step by step: those of both are added',
    role: { runner: 'opencode', model: 'any/model', command: ['sh', 'cli.sh'] },
    script: cli(
      [step(100, 'tool-calls')],
      [{ type: 'text', sessionID: 'ses_1', part: { text: JSON.stringify({ result }) } }, step(50, 'stop')],
    ),
    figures: { inputTokens: 150, outputTokens: 20 },
  },
  {
    what: "the session's totals: the last are those of both",
    role: { runner: 'command', command: ['sh', 'cli.sh'] },
    script: cli(
      [
        { type: 'session', id: 's-1' },
        { type: 'usage', inputTokens: 100, outputTokens: 10 },
      ],
      [
        { type: 'usage', inputTokens: 150, outputTokens: 20 },
        { type: 'result', result },
      ],
    ),
    figures: { inputTokens: 150, outputTokens: 20 },
  },
];

describe.for(CASES)(
  'a run whose process was cut off, its figures being $what',
  ({ role, script, figures }) => {
    let home: Home;
    let shop: Workshop;
    let site: Site;
    let input: AgentRunInput;
    beforeAll(async () => {
      const crew = { ...tinyConfig.crew, implement: role } as ConfigDraft['crew'];
      const tiny = await tinyRepository({}, { crew }, { 'cli.sh': script });
      ({ home, shop, site, input } = await begunFeature(tiny, 'cut'));
    });
    afterAll(() => home.release());

    it('tells them so, and is made anew by another execution', async () => {
      const interruption = new AbortController();
      let told = () => {};
      const begun = new Promise<void>((resolve) => {
        told = resolve;
      });
      const first = runAgent(shop, site, input, {
        signal: interruption.signal,
        execution: 'first',
        // Where it tells no figures before its end, its session is all that comes.
        known: () => undefined,
        event: ({ type }) => type === (role.runner === 'claude' ? 'session' : 'usage') && told(),
      });
      await begun;
      interruption.abort();
      expect((await first).end.kind).toBe('interrupted');
      const again = (execution: string) =>
        runAgent(shop, site, input, {
          signal: new AbortController().signal,
          execution,
          event: () => undefined,
          known: () => undefined,
        });
      const second = await again('first');
      expect(second).toMatchObject({ end: { kind: 'done' }, sessionId: expect.any(String) });
      const { inputTokens, outputTokens, costUsd } = second.figures;
      expect({ inputTokens, outputTokens }).toEqual({
        inputTokens: undefined,
        outputTokens: undefined,
        ...figures,
      });
      if (role.runner === 'claude') expect(costUsd).toBeUndefined();
      // The same activity asked for again answers what is known; a packet begun once more is worked on.
      expect(await again('first')).toEqual(second);
      expect((await again('second')).figures.startedAt).not.toBe(second.figures.startedAt);
    });
  },
);
