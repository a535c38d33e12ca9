import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Engine, until } from '../support/engine.ts';
import { tinyDesign, tinyPacket, tinyRepository, tinyWork } from '../support/tiny-repository.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status?: { readonly code?: number };
}

let engine: Engine;
const bodies: string[] = [];
/** An OpenTelemetry collector as far as spans go: it takes them as JSON over HTTP. */
const collector = createServer(async (request, response) => {
  bodies.push(`${request.url} ${request.headers['x-key']} ${await text(request)}`);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  engine = await Engine.start(inject('temporalAddress'), { worker: false });
});
afterAll(async () => {
  await engine.stop();
  collector.close();
});

const spans = (): Span[] =>
  bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body.slice(body.indexOf('{'))) as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  });
const attribute = ({ attributes }: Span, name: string) =>
  Object.values(attributes.find(({ key }) => key === name)?.value ?? {})[0];

it('a feature is one trace, of workflows and activities each below the one that asked for it, also over the death of a worker', async () => {
  const tiny = await tinyRepository({
    design: [tinyDesign([])],
    one: [
      tinyWork('one', { hold: '{dir}/one', usage: { inputTokens: 1000, outputTokens: 100, costUsd: 0.25 } }),
    ],
  });
  const env = {
    BATON_TRACES: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a-key',
  };
  const first = await engine.workerProcess(env);
  const feature = await engine.feature(tiny, {
    id: 'traced',
    yes: true,
    request: 'a request that nobody else is to read',
    packets: [tinyPacket('one')],
  });
  await tiny.reached('one');
  await until('the design was told of', async () => spans().find(({ name }) => name === 'design'));
  first.kill('SIGKILL');
  await first.ended;
  const second = await engine.workerProcess(env);
  await tiny.forget('one');
  await tiny.release('one');
  expect(await feature.report()).toMatchObject({ outcome: 'landed' });
  second.kill('SIGTERM');
  await second.ended;

  const all = spans();
  expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(1);
  const byId = new Map(all.map((span) => [span.spanId, span]));
  const [root, ...others] = all.filter(({ parentSpanId }) => !parentSpanId);
  expect(root).toMatchObject({ name: 'featureWorkflow' });
  expect(others).toEqual([]);
  for (const span of all) {
    const above = span.parentSpanId ? byId.get(span.parentSpanId) : root;
    expect(above, `${span.name} has its workflow above it`).toBeDefined();
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  }
  const named = (name: string) => all.filter((span) => span.name === name);
  const [packet] = named('packetWorkflow');
  expect(packet?.parentSpanId).toBe(root?.spanId);
  const [implement] = named('implement');
  expect(implement?.parentSpanId).toBe(packet?.spanId);
  expect(
    ['baton.tree', 'baton.end', 'baton.cost_usd', 'temporal.attempt'].map(
      (name) => implement && attribute(implement, name),
    ),
  ).toEqual(['one', 'done', 0.25, 2]);
  for (const name of ['openFeature', 'verify', 'prepareMerge', 'moveBranch', 'land'])
    expect(named(name).length, name).toBeGreaterThan(0);

  const sent = bodies.join('\n');
  expect(bodies.every((body) => body.startsWith('/v1/traces a-key '))).toBe(true);
  expect(sent).not.toContain('nobody else');
  expect(sent).not.toContain(tiny.repo);
});

it('a collector that is away keeps no feature from its end, and no worker from its own', async () => {
  const tiny = await tinyRepository({ design: [tinyDesign([])], one: [tinyWork('one')] });
  const worker = await engine.workerProcess({ BATON_TRACES: 'http://127.0.0.1:9' }, `${engine.home}-away`);
  const feature = await engine.feature(tiny, { yes: true, packets: [tinyPacket('one')] });
  expect(await feature.report()).toMatchObject({ outcome: 'landed' });
  worker.kill('SIGTERM');
  await worker.ended;
});
