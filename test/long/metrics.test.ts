import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { Engine, until } from '../support/engine.ts';
import { listeningAddresses } from '../support/listening.ts';
import { plainWork, tinyDesign, tinyPacket, tinyRepository } from '../support/tiny-repository.ts';

/** What the SDK says of each metric of a workflow or a process. */
const OF_THE_SDK = ['taskQueue', 'workflowType'];
const ops = path.resolve(import.meta.dirname, '../../ops');

let engine: Engine;
let port: number;
beforeAll(async () => {
  engine = await Engine.start(inject('temporalAddress'), { worker: false });
  port = await freePort();
  await engine.workerProcess({ BATON_METRICS: String(port) });
});
afterAll(() => engine?.stop());

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const scrape = async (): Promise<Sample[]> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, of]) => [key, of]);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
};
const sumOf = (samples: readonly Sample[], name: string, labels: Record<string, string> = {}) =>
  samples
    .filter((one) => one.name === name && Object.entries(labels).every(([key, of]) => one.labels[key] === of))
    .reduce<number | undefined>((sum, { value }) => (sum ?? 0) + value, undefined);
const reaches = (name: string, labels: Record<string, string>, value: number) =>
  until(`${name} ${JSON.stringify(labels)} is ${value}`, async () => {
    const samples = await scrape();
    return sumOf(samples, name, labels) === value ? samples : undefined;
  });

it('a worker serves what its features are at and what came of its runs, and a dashboard and rules find all they ask for', async () => {
  const packets = ['one', 'two'].map((id) => tinyPacket(id));
  const tiny = await tinyRepository({
    design: [tinyDesign(packets)],
    one: [plainWork('one', { usage: { inputTokens: 1000, outputTokens: 100, costUsd: 0.25 } })],
    two: [plainWork('two')],
  });
  const feature = await engine.feature(tiny, { id: 'counted-feature' });
  const waiting = await reaches('baton_open_items', { kind: 'design-approval' }, 1);
  expect(sumOf(waiting, 'baton_features')).toBe(1);
  expect(sumOf(waiting, 'baton_agent_slots', { state: 'all' })).toBeGreaterThan(0);
  await feature.decide('design-approval', 'approve');
  expect((await feature.report()).outcome).toBe('landed');
  const samples = await reaches('baton_features', {}, 0);
  expect(sumOf(samples, 'baton_open_items')).toBe(0);
  expect(sumOf(samples, 'baton_packets')).toBe(0);
  expect(sumOf(samples, 'baton_agent_runs_total', { end: 'done' })).toBe(3);
  expect(sumOf(samples, 'baton_agent_slot_wait_seconds_count')).toBe(3);
  expect(sumOf(samples, 'baton_steps_total', { step: 'landing', outcome: 'done' })).toBe(1);
  // The design and two packets.
  expect(sumOf(samples, 'baton_steps_total', { step: 'merge', outcome: 'done' })).toBe(3);

  expect(sumOf(samples, 'baton_agent_run_cost_usd_sum')).toBe(0.25);
  expect(sumOf(samples, 'baton_agent_tokens_total', { direction: 'in' })).toBe(1000);

  const own = samples.filter(({ name }) => name.startsWith('baton_'));
  const labels = new Set(own.flatMap((one) => Object.keys(one.labels)));
  expect([...labels].sort()).toEqual(
    [
      'direction',
      'end',
      'kind',
      'le',
      'namespace',
      'outcome',
      'phase',
      'queue',
      'runner',
      'state',
      'status',
      'step',
      ...OF_THE_SDK,
    ].sort(),
  );
  const told = JSON.stringify(own);
  for (const text of ['counted-feature', tiny.dir, engine.home, '"one"']) expect(told).not.toContain(text);

  const names = new Set(samples.map(({ name }) => name));
  for (const name of askedFor()) expect(names).toContain(name);
});

/** The metrics that the dashboard and the alert rules ask for. */
function askedFor(): string[] {
  const expressions = readdirSync(ops, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:json|yml)$/.test(name))
    .flatMap((name) => {
      const text = readFileSync(path.join(ops, name), 'utf8');
      return expressionsIn(name.endsWith('.json') ? JSON.parse(text) : parse(text));
    });
  expect(expressions.length).toBeGreaterThan(10);
  return expressions.flatMap((one) => one.match(/\b(?:baton|temporal)_\w+/g) ?? []);
}

const expressionsIn = (value: unknown): string[] =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([key, of]) =>
        key === 'expr' && typeof of === 'string' ? [of] : expressionsIn(of),
      );

it('the rules have an alert each for a person, no worker and the budget', () => {
  const { groups } = parse(readFileSync(path.join(ops, 'prometheus/baton.rules.yml'), 'utf8')) as {
    groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.map(({ alert }) => alert)).toEqual(['BatonWaitsForPerson', 'BatonNoWorker', 'BatonBudget']);
  for (const { annotations } of rules) expect(Object.keys(annotations)).toEqual(['summary', 'description']);
});

it.skipIf(process.platform !== 'linux')('a worker that is not told to serves nothing', async () => {
  const worker = await engine.workerProcess({}, `${engine.home}-other`);
  expect(await listeningAddresses(worker.pid as number)).toEqual([]);
});

it('a worker whose port is taken says so', async () => {
  await expect(engine.workerProcess({ BATON_METRICS: String(port) }, `${engine.home}-third`)).rejects.toThrow(
    /BATON_METRICS.*in use/s,
  );
});
