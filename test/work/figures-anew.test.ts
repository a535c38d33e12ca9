import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import { type TinyRepository, tinyConfig, tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

/** Says in its first run what `run-1` holds, and so on; asks at each end. */
const AGENT = `read -r task
n=1; while test -e "$HOME/began-$n"; do n=$((n+1)); done; touch "$HOME/began-$n"
cat "$BATON_FEATURE.run-$n"
echo '{"type":"result","result":{"status":"blocked","question":{"text":"Which?"}}}'
`;
const session = (id: string) => ({ type: 'session', id });
const usage = (inputTokens: number, more: object = {}) => ({ type: 'usage', inputTokens, ...more });

const CASES: Record<
  string,
  { readonly runs: readonly (readonly object[])[]; readonly tokens: readonly number[] }
> = {
  'totals of one session': {
    runs: [[session('a'), usage(100)], [session('a'), usage(120), usage(140)], [usage(150)]],
    tokens: [100, 40, 10],
  },
  'figures that begin at zero with each run': {
    runs: [
      [session('a'), usage(100)],
      [session('a'), usage(40)],
      [session('a'), usage(10), usage(50)],
    ],
    tokens: [100, 40, 50],
  },
  'totals of a session that has another id with each run': {
    runs: [
      [session('a'), usage(100)],
      [session('b'), usage(140)],
      [usage(10), session('c')],
    ],
    tokens: [100, 140, 10],
  },
  'a session with another id that then goes on': {
    runs: [
      [session('a'), usage(100)],
      [session('b'), usage(40)],
      [session('b'), usage(70)],
    ],
    tokens: [100, 40, 30],
  },
  'figures that are said to be of the run': {
    runs: [
      [session('a'), usage(100)],
      [usage(140, { of: 'run' })],
      [usage(10, { of: 'run' }), usage(200, { of: 'run' })],
    ],
    tokens: [100, 140, 200],
  },
  'a count that begins anew within a run': {
    runs: [
      [session('a'), usage(100), usage(30), usage(50)],
      [session('a'), usage(60)],
    ],
    tokens: [150, 10],
  },
};

describe('what a run of an agent used, if it tells', () => {
  let tiny: TinyRepository;
  beforeAll(async () => {
    const crew = { ...tinyConfig.crew, implement: { runner: 'command', command: ['sh', 'agent.sh'] } };
    const files: Record<string, string> = { 'agent.sh': AGENT };
    for (const [index, { runs }] of Object.values(CASES).entries())
      for (const [run, said] of runs.entries())
        files[`case-${index}.run-${run + 1}`] = said.map((one) => `${JSON.stringify(one)}\n`).join('');
    tiny = await tinyRepository({}, { crew } as Partial<ConfigDraft>, files);
  });

  it.each(Object.entries(CASES).map(([what, of], index) => ({ what, index, ...of })))(
    '$what: each run has its own',
    async ({ index, runs, tokens }) => {
      const { home, shop, site, input } = await begunFeature(tiny, `case-${index}`);
      const hooks = {
        signal: new AbortController().signal,
        execution: 'execution',
        event: () => undefined,
        known: () => undefined,
      };
      const told: unknown[] = [];
      let sessionId: string | null = null;
      for (const run of runs.keys()) {
        const resume = sessionId === null ? null : { sessionId, answer: 'this' };
        const ended = await runAgent(shop, site, { ...input, run: run + 1, resume }, hooks);
        told.push(ended.figures.inputTokens);
        sessionId = ended.sessionId;
      }
      expect(told).toEqual(tokens);
      const ids = runs.flat().flatMap((one) => ('id' in one ? [one.id] : []));
      expect(sessionId).toBe(ids.at(-1));
      await home.release();
    },
  );
});
