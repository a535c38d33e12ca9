import { afterAll, expect, it } from 'vitest';
import { agentFor } from '../../src/work/run-key.ts';
import { tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

const releases: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(releases.map((release) => release())));

it('a look at the request is a run of the designer within limits of its own', async () => {
  const tiny = await tinyRepository({}, { clarify: { timeout: '3m', budget: { tokens: 5 } } });
  const { home, site, input } = await begunFeature(tiny, 'look');
  releases.push(() => home.release());
  const design = { ...input, phase: 'design', packet: null, name: 'design' } as const;
  const usual = agentFor(site, design);
  const look = agentFor(site, { ...design, looks: true });
  expect(usual.budget).toBeUndefined();
  expect(look).toEqual({ ...usual, timeout: 180_000, budget: { tokens: 5 } });
});
