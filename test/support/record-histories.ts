import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startDevServer } from '../../src/dev-server/dev-server.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import { Engine, type Feature, until } from './engine.ts';
import { Holds } from './killing.ts';
import { recordAgents } from './record-agents.ts';
import {
  type Script,
  type Step,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
} from './tiny-repository.ts';

/**
 * Runs features on tiny repositories and keeps the histories of their workflows in test/histories, by which it is
 * known that a change of the workflows still replays what runs out there. What is there already is never written
 * again: `npx tsx test/support/record-histories.ts [generation] [ways|agents] [situation]`. Whoever changes the order of commands
 * records a further generation, which is the end of the files' names: `feature-landed-2.json`. `ways` are the ways
 * that a feature can go, on real trees; `agents` is what happens between agents, people and money, on stub homes.
 */
const generation = process.argv[2] === undefined ? '' : `-${process.argv[2]}`;
const which = process.argv[3] ?? 'all';
const say = (text: unknown): void => {
  process.stderr.write(`${text}\n`);
};
const target = new URL('../histories/', import.meta.url).pathname;

/** What machine recorded them is nobody's business: paths of its temporary folder and its name are replaced. */
const scrub = (json: string): string =>
  json
    .replaceAll(/"identity": "[^"]*"/g, '"identity": "recorder"')
    // The name of a sticky queue begins with the process and the host.
    .replaceAll(/"name": "[0-9]+@[^"]*"/g, '"name": "sticky"')
    .replaceAll(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""');

/** Payloads are base64 of JSON: their texts are scrubbed inside. */
const scrubPayloads = (json: string, replace: (text: string) => string): string =>
  json.replaceAll(/"data": "([A-Za-z0-9+/=]+)"/g, (_, data: string) => {
    const text = Buffer.from(data, 'base64').toString('utf8');
    return `"data": "${Buffer.from(replace(text)).toString('base64')}"`;
  });

const blocked: Step = {
  result: { status: 'blocked', question: { text: 'Which colour?', options: ['blue', 'red'] } },
};
const line = (id: string): Step[] => [
  { write: { 'src/shared.txt': `${id}\n`, [`tests/${id}-is-there.sh`]: `grep -q ${id} src/shared.txt\n` } },
  { result: { status: 'done', summary: `${id} written` } },
];
const both: Step[] = [
  { write: { 'src/shared.txt': 'first\nsecond\n' } },
  { result: { status: 'done', summary: 'both kept' } },
];
const script: Script = {
  design: [tinyDesign([]), tinyDesign([])],
  one: [tinyWork('one')],
  two: [tinyWork('two')],
  slow: [tinyWork('slow', { hold: '{dir}/{feature}' })],
  asks: [[blocked], tinyWork('asks')],
  left: [[{ hold: '{dir}/never-left' }, ...line('left')]],
  // Whichever is merged second meets the conflict, and keeps both.
  first: [line('first'), both],
  second: [line('second'), both],
};

const directory = await mkdtemp(path.join(tmpdir(), 'baton-record-'));
const server = await startDevServer({ dbFilename: path.join(directory, 'temporal.db'), port: 0, uiPort: 0 });
const engine = await Engine.start(server.address);
const keepers = (paths: readonly (readonly [string, string])[]) => {
  const replace = (text: string) => paths.reduce((done, [from, to]) => done.replaceAll(from, to), text);
  return async (name: string, handle: WorkflowHandle) => {
    const file = path.join(target, `${name}${generation}.json`);
    if (existsSync(file)) {
      say(`kept     ${name}`);
      return;
    }
    const json = scrubPayloads(replace(scrub(historyToJSON(await handle.fetchHistory()))), replace);
    await mkdir(target, { recursive: true });
    await writeFile(file, `${JSON.stringify(JSON.parse(json))}\n`);
    say(`recorded ${name} (${Math.round(json.length / 1024)} KiB)`);
  };
};

async function recordWays(): Promise<void> {
  const holds = await Holds.create();
  const plain = await tinyRepository(script);
  const releasing = await tinyRepository(script, { release: holds.releaseConfig }, holds.ops);
  const bad = await tinyRepository(
    script,
    { release: holds.releaseConfig },
    {
      ...holds.ops,
      'ops/probe.sh': `if [ "$BATON_VERSION" = before ]; then echo '{"error_rate": 0}'; else echo '{"error_rate": 0.5}'; fi\n`,
    },
  );
  const failing = await tinyRepository({
    ...script,
    one: [[{ result: { status: 'failed', reason: 'no idea' } }]],
  });
  const paths: readonly (readonly [string, string])[] = [
    [plain.dir, '/tmp/baton-example'],
    [releasing.dir, '/tmp/baton-example'],
    [bad.dir, '/tmp/baton-example'],
    [failing.dir, '/tmp/baton-example'],
    [holds.dir, '/tmp/baton-holds'],
    [engine.home, '/tmp/baton-home'],
    [engine.namespace, 'default'],
  ];
  const kept = keepers(paths);
  const keep = (name: string, workflowId: string) => kept(name, engine.client.workflow.getHandle(workflowId));
  const start = (tiny: typeof plain, id: string, packets: Parameters<typeof tinyPacket>[]) =>
    engine.feature(tiny, { id, packets: packets.map((args) => tinyPacket(...args)) });
  const end = async (feature: Feature) => (await feature.report().catch(() => undefined))?.outcome;
  const shared = { criteria: [], boundaries: { inScope: ['src/shared.txt', 'tests/'] } };

  const landed = await start(plain, 'landed', [['one'], ['two', { dependencies: [{ packet: 'one' }] }]]);
  await landed.decide('design-approval', 'approve');
  say(await end(landed));

  const rolledOut = await start(releasing, 'rolled-out', [['asks'], ['slow']]);
  await rolledOut.decide('design-approval', 'revise', 'Say more');
  await rolledOut.decide('design-approval', 'approve');
  await rolledOut.item('question-asks');
  await rolledOut.signal('pause');
  await until('it is paused', async () => (await rolledOut.status()).paused);
  await rolledOut.decide('question-asks', 'blue');
  await rolledOut.signal('resume');
  await writeFile(`${releasing.hold('rolled-out')}.release`, '');
  await rolledOut.decide('promotion', 'promote');
  say(await end(rolledOut));

  const conflict = await start(plain, 'conflict', [
    ['first', shared],
    ['second', shared],
  ]);
  await conflict.decide('design-approval', 'approve');
  say(await end(conflict));

  const rolledBack = await start(bad, 'bad-canary', [['one']]);
  await rolledBack.decide('design-approval', 'approve');
  await rolledBack.decide('rolled-back', 'stop');
  say(await end(rolledBack));

  const cancelled = await start(plain, 'cancelled', [['slow']]);
  await cancelled.decide('design-approval', 'approve');
  await until('the agent works', async () => existsSync(`${plain.hold('cancelled')}.reached`));
  await cancelled.handle.cancel();
  say(await end(cancelled));

  const stopped = await start(failing, 'stopped', [['one']]);
  await stopped.decide('design-approval', 'approve');
  await stopped.decide('failing-packet-one', 'stop');
  say(await end(stopped));

  const rejected = await start(plain, 'rejected', [['one']]);
  await rejected.decide('design-approval', 'reject', 'Not now');
  say(await end(rejected));

  const edited = await start(plain, 'edited', [['one'], ['slow']]);
  await edited.decide('design-approval', 'approve');
  await until('the agent works', async () => existsSync(`${plain.hold('edited')}.reached`));
  const edit = { add: [packetSchema.parse(tinyPacket('two'))], drop: ['slow'], by: 'tester' };
  await edited.handle.executeUpdate(UPDATES.plan, { args: [edit] });
  say(await end(edited));

  const byHand = await start(failing, 'by-hand', [['one', { criteria: [] }]]);
  await byHand.decide('design-approval', 'approve');
  await byHand.decide('failing-packet-one', 'take-over');
  const { prompt } = await byHand.item('by-hand-one');
  await writeFile(path.join(/worktree is (\S+) /.exec(prompt)?.[1] as string, 'src/one.txt'), 'one\n');
  await byHand.decide('by-hand-one', 'hand-back');
  say(await end(byHand));

  const ids = ['landed', 'rolled-out', 'conflict', 'bad-canary', 'cancelled', 'stopped', 'rejected'];
  for (const id of [...ids, 'edited', 'by-hand']) await keep(`feature-${id}`, `feature:${id}`);
  await keep('packet-merged', 'feature:landed:packet:one');
  await keep('packet-question', 'feature:rolled-out:packet:asks');
  await keep('packet-by-hand', 'feature:by-hand:packet:one');
  await keep('packet-dropped', 'feature:edited:packet:slow');
  await keep('packet-cancelled', 'feature:cancelled:packet:slow');
  await keep('packet-stopped', 'feature:stopped:packet:one');
  for (const id of ['first', 'second']) await keep(`packet-conflict-${id}`, `feature:conflict:packet:${id}`);
  await keep('release-rolled-out', 'feature:rolled-out:release');
  await keep('release-rolled-back', 'feature:bad-canary:release');
  for await (const { workflowId } of engine.client.workflow.list({ query: 'WorkflowType="queueWorkflow"' }))
    await keep(`queue-${workflowId.split(':')[1]}`, workflowId);
}

try {
  if (which !== 'agents') await recordWays();
  if (which !== 'ways') await recordAgents(server.address, keepers([]), say, process.argv[4]);
} finally {
  await engine.stop();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
