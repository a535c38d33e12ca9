import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { Home } from '../../src/homes/home.ts';
import { readNote } from '../../src/homes/notes.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { plainWork, type TinyRepository, tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

let home: Home;
let shop: Workshop;
let site: Site;
let input: AgentRunInput;
let tiny: TinyRepository;

beforeAll(async () => {
  tiny = await tinyRepository({ one: [plainWork('one')] });
  ({ home, shop, site, input } = await begunFeature(tiny, 'held'));
});
afterAll(() => home.release());

it('a run that is held back after its set-up leaves nothing, and is the same first run when it may begin', async () => {
  const run = (begins: () => Promise<void>) =>
    runAgent(shop, site, input, {
      signal: new AbortController().signal,
      execution: 'execution',
      begins,
      event: () => undefined,
      known: () => undefined,
    });
  await expect(run(() => Promise.reject(new Error('paused')))).rejects.toThrow('paused');
  expect(await tiny.tasks('one')).toEqual([]);
  expect(await readNote(home.paths, { feature: 'held', packet: 'one' })).toBeUndefined();
  const { figures } = await run(async () => undefined);
  expect(figures).toMatchObject({ run: 1, resumed: false, outcome: 'done' });
  expect(await tiny.tasks('one')).toMatchObject([{ attempt: 1, resume: null, feedback: [] }]);
});
