import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { readNote } from '../../src/homes/notes.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { RunNote } from '../../src/work/run-note.ts';
import { doneResult } from '../agents/helpers.ts';
import { jsonLines } from '../support/json-lines.ts';
import { tinyConfig, tinyRepository } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';
import { begunFeature } from './run-input.ts';

const result = {
  type: 'result',
  subtype: 'success',
  structured_output: { result: doneResult },
  usage: { input_tokens: 7, output_tokens: 1 },
  total_cost_usd: 0.5,
};
/** Stands in for Claude Code, whose result and figures come in one line; it takes its time to end. */
const CLI = `#!/bin/sh
echo started >> "$HOME/starts"
echo made > made.txt
echo '${JSON.stringify(result)}'
sleep 1000
`;

it('a run whose worker died right after its result is ended by the note: nothing is started, and its cost counts', async () => {
  const crew = { ...tinyConfig.crew, implement: { runner: 'claude', command: ['sh', 'cli.sh'] } };
  const tiny = await tinyRepository({}, { crew } as Partial<ConfigDraft>, { 'cli.sh': CLI });
  const { home, shop, site, input } = await begunFeature(tiny, 'given');
  const run = () =>
    runAgent(shop, site, input, {
      signal: new AbortController().signal,
      execution: 'execution',
      event: () => undefined,
      known: () => undefined,
    });
  const of = { feature: 'given', packet: 'one' };
  const file = home.paths.session(of.feature, of.packet);
  const first = run();
  await until('result and figures are noted', async () => {
    const note = (await readNote(home.paths, of)) as RunNote | undefined;
    return note?.given?.usage?.costUsd !== undefined;
  });
  await cp(file, `${file}.at-result`);
  const { figures } = await first;
  // What a worker left that was killed then.
  await cp(`${file}.at-result`, file);
  const again = await run();
  expect(again).toMatchObject({ end: { kind: 'done' }, heard: true });
  expect(again.figures).toMatchObject({ outcome: 'done', inputTokens: 7, outputTokens: 1, costUsd: 0.5 });
  expect(again.figures.startedAt).toBe(figures.startedAt);
  expect(await site.repo.readFileAt(again.commit, 'made.txt')).toBe('made\n');
  const starts = await readFile(path.join(home.paths.agentHome('given', 'one'), 'starts'), 'utf8');
  expect(starts).toBe('started\n');
  const kept = again.transcript && (await shop.store.get(again.transcript));
  const said = jsonLines<{ text?: string }>(String(kept)).map(({ text }) => text ?? '');
  expect(said.filter((text) => text.startsWith('the run ended: result'))).not.toEqual([]);
  await home.release();
});
