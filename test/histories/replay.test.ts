import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { WORKFLOWS } from '../../src/domain/messages.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';

const folder = new URL('./', import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
const read = async (name: string) => JSON.parse(await readFile(new URL(name, folder), 'utf8'));
/** History would grow without notice if logs or diffs got into it. */
const LARGEST = 300 * 1024;

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
