import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { AgentEvent } from '../../src/domain/agent-protocol.ts';
import type { Home } from '../../src/homes/home.ts';
import { readNote, writeNote } from '../../src/homes/notes.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import type { RunNote } from '../../src/work/run-note.ts';
import { endUnheard } from '../../src/work/unheard-run.ts';
import type { Site, Workshop } from '../../src/work/workshop.ts';
import { tinyConfig, tinyRepository } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';
import { begunFeature } from './run-input.ts';

const of = { feature: 'unheard', packet: 'one' };
/** Tells its session and its totals, does what the test put in its way, and says that all is done. */
const AGENT = `#!/bin/sh
echo started >> "$HOME/starts"
echo '{"type":"session","id":"s-1"}'
n=$(grep -c started "$HOME/starts")
echo "{\\"type\\":\\"usage\\",\\"inputTokens\\":$((n * 100)),\\"outputTokens\\":$((n * 10)),\\"costUsd\\":$n}"
echo "$n" > made.txt
if test -e "$HOME/in-the-way"; then . "$HOME/in-the-way"; fi
echo '{"type":"result","result":{"status":"done","summary":"done"}}'
`;

let home: Home;
let shop: Workshop;
let site: Site;
let input: AgentRunInput;
let agentHome: string;
const hooks = (
  signal = new AbortController().signal,
  event: (event: AgentEvent) => void = () => undefined,
) => ({
  signal,
  execution: 'execution',
  event,
  known: () => undefined,
});
const run = (number: number, more: Partial<AgentRunInput> = {}) =>
  runAgent(shop, site, { ...input, run: number, ...more }, hooks());
const unheard = (number = 1) => endUnheard(shop, site, { ...input, run: number }, hooks());
const note = async () => (await readNote(home.paths, of)) as RunNote;
const starts = async () => (await readFile(path.join(agentHome, 'starts'), 'utf8')).match(/started/g)?.length;
const inTheWay = (script: string) => writeFile(path.join(agentHome, 'in-the-way'), script);
const made = (commit: string | undefined) => site.repo.readFileAt(commit as string, 'made.txt');

beforeEach(async () => {
  const role = { runner: 'command' as const, command: ['sh', '../../../agent.sh'] };
  const tiny = await tinyRepository({}, { crew: { ...tinyConfig.crew, implement: role } });
  ({ home, shop, site, input } = await begunFeature(tiny, of.feature));
  await writeFile(path.join(home.paths.dir, 'agent.sh'), AGENT);
  agentHome = home.paths.agentHome(of.feature, of.packet);
  await mkdir(agentHome, { recursive: true });
});
afterEach(() => home.release());

/** Cancels the first run once its agent hangs; `meanwhile`: just before that. */
const cancelled = async (meanwhile: () => Promise<unknown> = async () => undefined) => {
  await inTheWay('if test "$n" = 1; then echo \'{"type":"progress","note":"at it"}\'; sleep 1000; fi');
  const interruption = new AbortController();
  const first = runAgent(
    shop,
    site,
    input,
    hooks(interruption.signal, ({ type }) => {
      if (type === 'progress') void meanwhile().then(() => interruption.abort());
    }),
  );
  return first;
};

it('a run that was given up after its result is ended by its note: its work and its cost are there, and no agent is started', async () => {
  const hub = site.repo.hub.url;
  await inTheWay(`mv '${hub}' '${hub}.away'; touch '${hub}'`);
  await expect(run(1)).rejects.toThrow();
  await rm(hub);
  await rename(`${hub}.away`, hub);
  const answer = await unheard();
  expect(answer).toMatchObject({
    end: { kind: 'done' },
    sessionId: 's-1',
    figures: { run: 1, outcome: 'done', resumed: false, inputTokens: 100, costUsd: 1 },
  });
  expect(await made(answer?.commit)).toBe('1\n');
  // Asked again, since its answer may be lost.
  expect(await unheard()).toEqual(answer);
  expect(await starts()).toBe(1);
  // The next run counts from there.
  await rm(path.join(agentHome, 'in-the-way'));
  const next = await run(2, { resume: { sessionId: 's-1', answer: null } });
  expect(next.figures).toMatchObject({ run: 2, inputTokens: 100, costUsd: 1 });
});

it('a run whose agent was stopped while the hub was away tells its figures and its session, and its work is kept', async () => {
  const hub = site.repo.hub.url;
  const first = cancelled(async () => {
    await rename(hub, `${hub}.away`);
    await writeFile(hub, '');
  });
  await expect(first).rejects.toThrow();
  await rm(hub);
  await rename(`${hub}.away`, hub);
  const answer = await unheard();
  expect(answer).toMatchObject({
    end: { kind: 'interrupted' },
    sessionId: 's-1',
    figures: { run: 1, outcome: 'cancelled', inputTokens: 100, costUsd: 1 },
  });
  expect(await made(answer?.commit)).toBe('1\n');
  expect(await unheard()).toEqual(answer);
  expect(await starts()).toBe(1);
});

it('a run that no other comes after tells its figures also if its work can’t be kept, since the hub is gone', async () => {
  const hub = site.repo.hub.url;
  await inTheWay(`mv '${hub}' '${hub}.away'; touch '${hub}'`);
  await expect(run(1)).rejects.toThrow();
  const noted = () => stat(home.paths.session(of.feature, of.packet)).then(({ ino }) => ino);
  const before = await noted();
  const patience = new AbortController();
  const asked = endUnheard(shop, site, input, { ...hooks(patience.signal), lastly: true });
  await until('it has begun', async () => (await noted()) !== before);
  patience.abort();
  const answer = await asked;
  expect(answer).toMatchObject({ sessionId: 's-1', figures: { run: 1, inputTokens: 100, costUsd: 1 } });
  expect(await starts()).toBe(1);
});

it('a run that was stopped, and whose answer was lost, is answered as it was', async () => {
  const first = await cancelled();
  expect(first.end.kind).toBe('interrupted');
  expect(await unheard()).toEqual(first);
});

/** Leaves the note and the transcript of a first run as a worker does that is killed while its agent works. */
const killed = async () => {
  const file = home.paths.session(of.feature, of.packet);
  const transcript = shop.featureFile(of.feature, 'one.1.transcript.jsonl');
  await cancelled(async () => {
    await until('its figures are noted', async () => (await note()).totals?.costUsd !== undefined);
    await cp(file, `${file}.at-death`);
    await cp(transcript, `${transcript}.at-death`);
  });
  await cp(`${file}.at-death`, file);
  await cp(`${transcript}.at-death`, transcript);
};

it('a run that was cut off with its worker tells what is known: its figures so far, its session and its transcript', async () => {
  await killed();
  const answer = await unheard();
  expect(answer).toMatchObject({
    end: { kind: 'interrupted' },
    sessionId: 's-1',
    figures: { run: 1, outcome: 'cancelled', inputTokens: 100, costUsd: 1 },
  });
  expect(answer?.figures.durationMs).toBeGreaterThanOrEqual(0);
  const said = answer?.transcript && String(await shop.store.get(answer.transcript));
  expect(said).toContain('at it');
  expect(await starts()).toBe(1);
});

it('a run that was cut off tells the same if an attempt after that came to no agent', async () => {
  await killed();
  await rename(agentHome, `${agentHome}.away`);
  await writeFile(agentHome, '');
  await expect(run(1)).rejects.toThrow();
  await rm(agentHome);
  await rename(`${agentHome}.away`, agentHome);
  expect(await unheard()).toMatchObject({
    end: { kind: 'interrupted' },
    sessionId: 's-1',
    figures: { run: 1, resumed: true, inputTokens: 100, costUsd: 1 },
  });
  expect(await starts()).toBe(1);
});

it('a run in which no agent had begun comes to nothing, and the one after it counts from where the one before it ended', async () => {
  expect(await unheard()).toBeUndefined();
  await run(1);
  expect(await unheard(2)).toBeUndefined();
  // What a worker left that was killed while the second run was set up.
  const { finished: _, pid: __, totals, runId, ...rest } = await note();
  const second = runId.replace('.1.execution', '.2.execution');
  await writeNote(home.paths, { ...rest, runId: second, usage: totals } as RunNote);
  expect(await unheard(2)).toBeUndefined();
  expect(await starts()).toBe(1);
  const third = await run(3, { resume: { sessionId: 's-1', answer: null } });
  expect(third.figures).toMatchObject({ run: 3, inputTokens: 100, outputTokens: 10, costUsd: 1 });
});
