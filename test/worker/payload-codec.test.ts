import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client, defaultPayloadConverter } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { codecEndpoint } from '../../src/cli/server/codec-endpoint.ts';
import { featureWorkflowId, MAIN_TASK_QUEUE } from '../../src/domain/ids.ts';
import { WORKFLOWS } from '../../src/domain/messages.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { dataConverter, PAYLOAD_KEY, payloadCodec } from '../../src/worker/payload-codec.ts';
import { Engine } from '../support/engine.ts';
import { plainWork, tinyDesign, tinyPacket, tinyRepository, unattended } from '../support/tiny-repository.ts';

/** The payloads of a history as JSON, in the order in which they stand there. */
const payloadsIn = (history: string): { encoding: string; text: string }[] => {
  const found: { encoding: string; text: string }[] = [];
  const text = (value: unknown) => Buffer.from(String(value), 'base64').toString();
  JSON.parse(history, (_, value: { metadata?: { encoding?: string }; data?: string } | null) => {
    const encoding = value?.metadata?.encoding;
    if (encoding !== undefined) found.push({ encoding: text(encoding), text: text(value?.data ?? '') });
    return value;
  });
  return found;
};
const newKey = () => randomBytes(32).toString('base64');
const payload = defaultPayloadConverter.toPayload({ text: 'words to hide' });
const codecOf = (keys: string) => payloadCodec(keys) as NonNullable<ReturnType<typeof payloadCodec>>;

describe('the payload codec', () => {
  it('encrypts with the first key, decrypts with all of them, and leaves alone what is plain', async () => {
    const [one, two] = [newKey(), newKey()];
    const [encrypted] = await codecOf(one).encode([payload]);
    expect(Buffer.from(encrypted?.data ?? []).toString('latin1')).not.toContain('words');
    const [plain, same] = await codecOf(`${two}, ${one}`).decode([encrypted ?? {}, payload]);
    expect(defaultPayloadConverter.fromPayload(plain ?? {})).toEqual({ text: 'words to hide' });
    expect(same).toBe(payload);
    await expect(codecOf(two).decode([encrypted ?? {}])).rejects.toThrow(/BATON_PAYLOAD_KEY doesn't have/);
    const cut = { ...encrypted, data: Buffer.from(encrypted?.data ?? []).fill(0, 15, 16) };
    await expect(codecOf(one).decode([cut])).rejects.toThrow();
  });

  it('is there only with a key of 32 bytes', () => {
    expect(payloadCodec('')).toBeUndefined();
    expect(() => payloadCodec('dG9vIHNob3J0')).toThrow(/openssl rand -base64 32/);
  });
});

describe('the codec endpoint', () => {
  const ui = 'http://localhost:8233';
  const codec = codecOf(newKey());
  const server = codecEndpoint(codec, ui);
  let address: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
  const asJson = ({ metadata, data }: typeof payload) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)]),
    ),
    data: base64(data),
  });

  it("decrypts for the Web UI's page", async () => {
    const [encrypted] = await codec.encode([payload]);
    const asked = await fetch(`${address}/decode`, { method: 'OPTIONS', headers: { Origin: ui } });
    expect(asked.headers.get('access-control-allow-origin')).toBe(ui);
    expect(asked.headers.get('access-control-allow-headers')).toContain('x-namespace');
    const response = await fetch(`${address}/decode`, {
      method: 'POST',
      headers: { Origin: ui, 'Content-Type': 'application/json' },
      body: JSON.stringify({ payloads: [asJson(encrypted ?? {})] }),
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(ui);
    expect(await response.json()).toEqual({ payloads: [asJson(payload)] });
  });

  it('answers no other page, nothing else, and no nonsense', async () => {
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(address + path, { method: 'POST', body, headers }).then(({ status }) => status);
    expect(await post('/decode', '{}', { Origin: 'http://evil.example' })).toBe(403);
    expect(await post('/decode', '{}', { Origin: 'null' })).toBe(403);
    expect(await post('/other', '{}', { Origin: ui })).toBe(404);
    expect(await post('/decode', 'nonsense', { Origin: ui })).toBe(400);
  });
});

describe('a feature under a payload key', () => {
  let engine: Engine;
  beforeAll(async () => {
    process.env[PAYLOAD_KEY] = newKey();
    engine = await Engine.start(inject('temporalAddress'));
  });
  afterAll(async () => {
    delete process.env[PAYLOAD_KEY];
    await engine.stop();
  });

  it('lands, and the server has no payload of it that it could read', async () => {
    const script = { design: [tinyDesign([tinyPacket('one')])], one: [plainWork('one')] };
    const tiny = await tinyRepository(script, unattended);
    const client = new Client({
      connection: engine.client.connection,
      namespace: engine.namespace,
      ...dataConverter(),
    });
    const request = {
      ...{ feature: 'sealed', request: 'Words to hide', repo: tiny.repo, base: 'main' },
      ...{ baseCommit: await tiny.git('rev-parse', 'main'), packets: [], yes: false },
      ...{ startedBy: 'test', searchAttributes: false },
    };
    const handle = await client.workflow.start(WORKFLOWS.feature, {
      taskQueue: MAIN_TASK_QUEUE,
      workflowId: featureWorkflowId('sealed'),
      args: [request],
    });
    expect((await handle.result()) as FeatureReport).toMatchObject({ outcome: 'landed' });
    const payloads = [...(await engine.histories()).values()].flatMap(payloadsIn);
    const plain = payloads.filter(({ encoding }) => encoding !== 'binary/encrypted');
    expect(payloads.length - plain.length).toBeGreaterThan(50);
    // The SDK's own marks of patches, and the search attribute that it makes of them.
    for (const { text } of plain)
      expect(text).toMatch(/^(?:\{"id":"[\w-]+","deprecated":\w+\}|\[(?:"[\w-]+",?)+\])$/);
  });
});
