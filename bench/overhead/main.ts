import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Command } from 'commander';
import { startDevServer } from '../../src/dev-server/dev-server.ts';
import { startWorker } from '../../src/worker.ts';
import { type Case, type Measured, runFeatures } from './run-features.ts';
import { SHAPES, type Shape } from './shapes.ts';
import { table } from './table.ts';

/** The cases of docs/benchmarks.md. Agents of 30 s for the aim; shorter ones where many would take hours. */
const ALL: readonly Case[] = [
  { features: 1, packets: 3, shape: 'independent', slots: 3, agentSeconds: 30 },
  { features: 1, packets: 30, shape: 'independent', slots: 3, agentSeconds: 30 },
  { features: 1, packets: 30, shape: 'chains', slots: 3, agentSeconds: 10 },
  { features: 1, packets: 300, shape: 'independent', slots: 3, agentSeconds: 1 },
  { features: 10, packets: 3, shape: 'chains', slots: 1, agentSeconds: 10 },
  { features: 50, packets: 3, shape: 'chains', slots: 1, agentSeconds: 10 },
];

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`"${text}" is not a positive number`);
  return value;
};

const program = new Command('bench:overhead')
  .description(
    'Runs agents of known durations through the real engine. Without options: the cases of the docs.',
  )
  .option('--features <n>', 'features at once', number)
  .option('--packets <n>', 'packets a feature', number)
  .option('--slots <n>', 'agents at once in a feature', number, 3)
  .option('--agent <seconds>', 'how long each agent takes', number, 30)
  .option('--shape <shape>', SHAPES.join(' or '), 'independent');
program.parse();
const options = program.opts<{
  features?: number;
  packets?: number;
  slots: number;
  agent: number;
  shape: Shape;
}>();
const given = options.features !== undefined || options.packets !== undefined;
const { features = 1, packets = 30, shape, slots } = options;
const cases = given ? [{ features, packets, shape, slots, agentSeconds: options.agent }] : ALL;

const directory = await mkdtemp(path.join(tmpdir(), 'baton-overhead-'));
const server = await startDevServer({ dbFilename: path.join(directory, 'temporal.db'), port: 0, uiPort: 0 });
try {
  const worker = await startWorker({
    connection: { address: server.address },
    homeDir: path.join(directory, 'home'),
    agents: 200,
  });
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  const measured: Measured[] = [];
  for (const [n, one] of cases.entries()) {
    console.error(`${n + 1} of ${cases.length}: ${JSON.stringify(one)}`);
    measured.push(await runFeatures(client, `case-${n}`, one));
    console.error(`  ${JSON.stringify(measured.at(-1))}`);
  }
  console.log(table(measured));
  console.log(JSON.stringify(measured));
  await connection.close();
  await worker.shutdown();
} finally {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
