import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { ATTENTION_KINDS } from '../../src/domain/attention.ts';
import { type ChildReport, type Instruction, WORKFLOWS } from '../../src/domain/messages.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';
import { StubHome } from '../support/stub-home.ts';

const folder = new URL('./', import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
const read = async (name: string) => JSON.parse(await readFile(new URL(name, folder), 'utf8'));
/** History would grow without notice if logs or diffs got into it. */
const LARGEST = 300 * 1024;

const reports: Record<ChildReport['type'], true> = {
  asks: true,
  checks: true,
  submitted: true,
  'awaits-swap': true,
  returned: true,
  waits: true,
  ran: true,
  'wants-run': true,
  step: true,
};
const instructions: Record<Instruction['type'], true> = {
  continue: true,
  merge: true,
  advice: true,
  amend: true,
  drop: true,
  'ask-again': true,
  pause: true,
  resume: true,
};

/** The texts of payloads of all events with these attributes, in all histories. */
async function payloads(attributes: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of names)
    for (const event of (await read(name)).events)
      for (const [, data] of JSON.stringify(event[attributes] ?? {}).matchAll(/"data":"([^"]+)"/g))
        found.push(Buffer.from(data as string, 'base64').toString('utf8'));
  return found;
}
const missing = (wanted: readonly string[], texts: readonly string[], word: (one: string) => string) =>
  wanted.filter((one) => !texts.some((text) => text.includes(word(one))));

/** Changes that only take effect in histories of ten thousand events and more, which are too large to be kept. */
const TOO_LONG = ['told-by-update', 'ends-before-full'];

describe('the histories kept', () => {
  beforeAll(() => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  });

  it.each(names)('%s replays with the workflows as they are now', async (name) => {
    const { codePath } = await workflowBundle();
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, historyFromJSON(await read(name)));
  });

  it('would show a workflow that does something else than it did', async () => {
    const { codePath } = await workflowBundle();
    const code = await readFile(codePath, 'utf8');
    expect(code).toContain('.openFeature(');
    const changed = path.join(await mkdtemp(path.join(tmpdir(), 'baton-replay-')), 'bundle.js');
    await writeFile(changed, code.replaceAll('.openFeature(', '.baseline('));
    const history = historyFromJSON(await read('feature-landed.json'));
    await expect(
      Worker.runReplayHistory({ workflowBundle: { codePath: changed } }, history),
    ).rejects.toThrow(/[Nn]ondeterminism/);
  });

  it('has one of every kind of workflow', async () => {
    const kinds = new Set<string>();
    for (const name of names)
      kinds.add((await read(name)).events[0].workflowExecutionStartedEventAttributes.workflowType.name);
    expect([...kinds].sort()).toEqual(Object.values(WORKFLOWS).sort());
  });

  it('have every activity, so that none is renamed or reordered unseen', async () => {
    const called = new Set<string>();
    for (const name of names)
      for (const { activityTaskScheduledEventAttributes: activity } of (await read(name)).events)
        if (activity !== undefined) called.add(activity.activityType.name);
    const others = ['chooseHome', 'enterQueue', 'isRunning', 'ping'];
    expect([...called].sort()).toEqual([...Object.keys(new StubHome().activities()), ...others].sort());
  });

  it('have every report, every instruction, and every kind of question', async () => {
    const said = await payloads('workflowExecutionSignaledEventAttributes');
    const type = (one: string) => `"type":"${one}"`;
    expect(missing(Object.keys(reports), said, type)).toEqual([]);
    expect(missing(Object.keys(instructions), said, type)).toEqual([]);
    const decided = await payloads('workflowExecutionUpdateAcceptedEventAttributes');
    expect(missing(ATTENTION_KINDS, decided, (one) => `"item":"${one}-`)).toEqual([]);
  });

  it('have every change of the workflows that is behind a patch', async () => {
    const source = await readFile(new URL('../../src/workflows/patches.ts', import.meta.url), 'utf8');
    const patches = [...source.matchAll(/patched\('([^']+)'\)/g)].map(([, id]) => id as string);
    expect(patches.length).toBeGreaterThan(10);
    const kept = patches.filter((id) => !TOO_LONG.includes(id));
    expect(missing(kept, await payloads('markerRecordedEventAttributes'), (id) => `"${id}"`)).toEqual([]);
  });

  it.each(names)('%s is small and says nothing of the machine it was recorded on', async (name) => {
    expect((await stat(new URL(name, folder))).size).toBeLessThan(LARGEST);
    const text = await readFile(new URL(name, folder), 'utf8');
    const payloads = [...text.matchAll(/"data":"([^"]+)"/g)].map(([, data]) =>
      Buffer.from(data as string, 'base64').toString('utf8'),
    );
    const all = [text, ...payloads].join('\n');
    const words = [homedir(), process.cwd(), 'baton-tiny-', '/baton-home-', '/baton-holds-', '@'.concat(hostname())];
    expect(words.filter((word) => all.includes(word))).toEqual([]);
  });
});
