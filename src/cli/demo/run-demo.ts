import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { AttentionItem } from '../../domain/attention.ts';
import { decisionJson } from '../../domain/dashboard.ts';
import { featureWorkflowId } from '../../domain/ids.ts';
import type { FeatureRequest } from '../../domain/messages.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { demoHome, makeHomeDir } from '../../homes/home-dir.ts';
import { EXIT } from '../command-error.ts';
import { canAsk, print, say, styleFor } from '../output.ts';
import { demoEndLines } from '../render/demo.ts';
import { decideCommand, shellWord } from '../render/items.ts';
import { selfCommand } from '../self.ts';
import { connectTo, type Server } from '../server/connection.ts';
import { localServer } from '../server/local-server.ts';
import { serving } from '../server/task-queue.ts';
import { webUiLink } from '../server/web-ui.ts';
import { runWorker, type StartWorker } from '../server/worker-process.ts';
import { aborted, interrupted, interruption, Shutdown } from '../shutdown.ts';
import { randomPart } from '../start/feature-id.ts';
import { prepareStart, startFeature } from '../start/start-feature.ts';
import { watchFeature } from '../watch/watch-feature.ts';
import { Adviser } from './advice.ts';
import { checkFlags, type Example, readExample } from './example.ts';
import { checkHomeIsFree, DEMO_PREFIX, endLeftovers } from './leftovers.ts';
import { bringUp, installDependencies } from './production.ts';
import { type DemoRepository, makeDemoRepository, scenarioOf } from './repository.ts';
import { Steps } from './steps.ts';

/** What `baton demo` was given. */
export interface DemoFlags {
  readonly yes?: boolean;
  readonly badCanary?: boolean;
  readonly request?: string;
  readonly scenario?: string;
  readonly home?: string;
  readonly keep?: boolean;
}

/** Runs the demo. Returns the exit code of its outcome. */
export async function runDemo(name: string, flags: DemoFlags, startWorker: StartWorker): Promise<number> {
  const home = flags.home === undefined ? demoHome() : path.resolve(flags.home);
  const example = await readExample(name);
  checkFlags(example, flags);
  const scenario = scenarioOf(flags);
  await makeHomeDir(home);
  await checkHomeIsFree(home);
  const shutdown = new Shutdown();
  const { signal, dispose } = interruption(shutdown);
  const steps = new Steps();
  let started = false;
  let repository: DemoRepository | undefined;
  try {
    repository = await steps.run('copy the example', () => makeDemoRepository(example, scenario));
    say(`The example is in ${repository.repo}; everything of this demo is in ${repository.folder}`);
    const feature = `${`${DEMO_PREFIX}${name}`.slice(0, 42)}-${randomPart(4)}`;
    const request = await prepareStart({
      request: flags.request ?? example.request,
      repo: repository.repo,
      ...(example.packets !== undefined && { packets: path.join(repository.repo, example.packets) }),
      base: 'main',
      id: feature,
      yes: flags.yes ?? false,
    });
    const parts = { example, repository, home, shutdown, steps, signal, startWorker };
    const { server, runId } = await begin(request, parts);
    started = true;
    const setUpMs = steps.elapsed();
    const link = webUiLink(server.settings, featureWorkflowId(feature), runId);
    print(feature);
    say(
      `Started after ${(setUpMs / 1000).toFixed(1)} s of set-up. The agents are scripted: no model is called.`,
    );
    if (link) say(`Web UI: ${link}`);
    let report: FeatureReport | undefined;
    const { advice } = example;
    const adviser = new Adviser({ server, feature, home, advice, yes: flags.yes ?? false, signal });
    const code = await watchFeature(server, {
      feature,
      home,
      json: false,
      ask: true,
      hints: (item) => waysToDecide(item, feature, home, server.settings.address),
      signal,
      onStatus: (status, freeScreen) => adviser.look(status, freeScreen),
      onReport: (found) => {
        report = found;
      },
    });
    if (report === undefined) {
      say(`Interrupted: the feature stays unfinished. Its repository is ${repository.repo}`);
      return EXIT.interrupted;
    }
    const reopen = `${selfCommand()} dev --home ${shellWord(home)}`;
    const end = {
      report,
      advice: adviser.sent,
      steps: steps.all,
      setUpMs,
      repo: repository.repo,
      link,
      reopen,
    };
    print(demoEndLines(end, styleFor(process.stdout)).join('\n'));
    await linger(example, flags, signal);
    return code;
  } finally {
    if (started) say('Stopping what the demo started …');
    await shutdown.stopAll();
    dispose();
    if (!started && repository !== undefined) await rm(repository.folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly example: Example;
  readonly repository: DemoRepository;
  readonly home: string;
  readonly shutdown: Shutdown;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  readonly startWorker: StartWorker;
}

/**
 * Starts the feature once server and worker are there, while production comes up where the example has one: a feature
 * asks nothing of production before its release. Where there will be none, the feature is ended again.
 */
async function begin(
  request: FeatureRequest,
  parts: Parts,
): Promise<{ readonly server: Server; readonly runId: string }> {
  const { signal } = parts;
  // Release commands get it from the worker's environment, and the worker is this process.
  const { production } = parts.example;
  if (production !== undefined) process.env[production.state] = parts.repository.production;
  let isHopeless = false;
  const work = async () => {
    const server = await startEngine(parts);
    if (signal.aborted || isHopeless) throw interrupted();
    return { server, runId: await startFeature(server, request) };
  };
  const stage = async () => {
    await startProduction(parts).catch((error: unknown) => {
      isHopeless = true;
      throw error;
    });
  };
  // Both ends are waited for, or what one of them starts late would never be stopped.
  const [begun, staged] = await Promise.allSettled([work(), stage()]);
  if (begun.status === 'fulfilled' && staged.status === 'fulfilled' && !signal.aborted) return begun.value;
  if (begun.status === 'fulfilled')
    await begun.value.server.client.workflow
      .getHandle(featureWorkflowId(request.feature))
      .terminate('the demo could not be set up')
      .catch(() => undefined);
  if (signal.aborted) throw interrupted();
  throw staged.status === 'rejected' ? staged.reason : (begun as PromiseRejectedResult).reason;
}

/** Server and worker. */
async function startEngine({ home, shutdown, steps, startWorker }: Parts): Promise<Server> {
  const { settings } = await steps.run('Temporal server', () => localServer(home, shutdown));
  const server = await connectTo(settings);
  shutdown.add('the connection', () => server.close());
  if (settings.source === 'dev-server') await endLeftovers(server);
  else if ((await serving(server.client).catch(() => undefined))?.workers.length)
    say('Other workers serve this namespace: the demo may be worked on there, where its production is not.');
  const log = (line: string) => say(`worker: ${line}`);
  // What ran in the demo's own home has been ended, so an older release may have the work there, too.
  const flags = { takeBack: settings.source === 'dev-server' };
  await steps.run('worker', () => runWorker(startWorker, settings, home, shutdown, log, flags));
  return server;
}

async function startProduction({ example, repository, steps, shutdown, signal }: Parts): Promise<void> {
  const { production } = example;
  if (production === undefined) return;
  const { repo } = repository;
  await steps.run("the example's dependencies", () => installDependencies(repo, signal));
  if (signal.aborted) throw interrupted();
  const down = await steps.run('production up', () => bringUp(repo, production));
  shutdown.add('production', down);
}

const waysToDecide = (item: AttentionItem, feature: string, home: string, address: string): string[] => [
  `${decideCommand(feature, item).replace(/^baton/, selfCommand())} --home ${shellWord(home)}`,
  `or: temporal workflow signal --address ${address} --workflow-id ${featureWorkflowId(feature)} --name decide --input ${shellWord(decisionJson(item))}`,
];

/** In a terminal the Web UI stays up until somebody has seen it. */
async function linger({ production }: Example, flags: DemoFlags, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (flags.keep) {
    say('Kept running; Ctrl-C stops it.');
    await aborted(signal);
  } else if (canAsk() && !flags.yes) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
    const all = production === undefined ? 'server and worker' : 'server, worker and production';
    await lines.question(`\nPress Enter to stop ${all}. `, { signal }).catch(() => '');
    lines.close();
  }
}
