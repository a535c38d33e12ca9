import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { AttentionItem } from '../domain/attention.ts';
import { decisionJson } from '../domain/dashboard.ts';
import { featureWorkflowId } from '../domain/ids.ts';
import type { FeatureReport } from '../domain/report.ts';
import { EXIT } from './command-error.ts';
import { connectTo, type Server } from './connection.ts';
import { webUiLink } from './connection-settings.ts';
import { checkHomeIsFree, DEMO_PREFIX, endLeftovers } from './demo-leftovers.ts';
import { bringUp, installDependencies } from './demo-production.ts';
import { type DemoRepository, exampleFolder, makeDemoRepository, scenarioOf } from './demo-repository.ts';
import { randomPart } from './feature-id.ts';
import { demoHome } from './home-dir.ts';
import { localServer } from './local-server.ts';
import { canAsk, print, say, styleFor } from './output.ts';
import { aborted, interrupted, interruption, Releases } from './releases.ts';
import { demoEndLines } from './render/demo.ts';
import { decideCommand, shellWord } from './render/items.ts';
import { selfCommand } from './self.ts';
import { prepareStart, startFeature } from './start-feature.ts';
import { Steps } from './steps.ts';
import { workersThere } from './task-queue.ts';
import { watchFeature } from './watch-feature.ts';
import { runWorker, type StartWorker } from './worker-process.ts';

/** The request of the walkthrough "Feature Development Handoff". */
const SEED_REQUEST =
  'Add user preferences feature: users can save theme (light/dark), language (en/es/fr), and notification settings (email, push).';

/** Environment variable by which the example's ops/ find the state of their stand-in for production. */
const PRODUCTION_STATE = 'ACCOUNTS_OPS_STATE';

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
  const scenario = scenarioOf(flags);
  await exampleFolder(name);
  await checkHomeIsFree(home);
  const releases = new Releases();
  const { signal, dispose } = interruption(releases);
  const steps = new Steps();
  let started = false;
  let repository: DemoRepository | undefined;
  try {
    repository = await steps.run('copy the example', () => makeDemoRepository(name, scenario));
    say(`The example is in ${repository.repo}; everything of this demo is in ${repository.folder}`);
    const feature = `${`${DEMO_PREFIX}${name}`.slice(0, 42)}-${randomPart(4)}`;
    const request = await prepareStart({
      request: flags.request ?? SEED_REQUEST,
      repo: repository.repo,
      base: 'main',
      id: feature,
      yes: flags.yes ?? false,
    });
    const server = await setUp({ repository, home, releases, steps, signal, startWorker });
    if (signal.aborted) throw interrupted();
    const runId = await startFeature(server, request);
    started = true;
    const setUpMs = steps.elapsed();
    const link = webUiLink(server.settings, featureWorkflowId(feature), runId);
    print(feature);
    say(
      `Started after ${(setUpMs / 1000).toFixed(1)} s of set-up. The agents are scripted: no model is called.`,
    );
    if (link) say(`Web UI: ${link}`);
    let report: FeatureReport | undefined;
    const code = await watchFeature(server, {
      feature,
      home,
      json: false,
      ask: true,
      hints: (item) => waysToDecide(item, feature, home, server.settings.address),
      signal,
      onReport: (found) => {
        report = found;
      },
    });
    if (report === undefined) {
      say(`Interrupted: the feature stays unfinished. Its repository is ${repository.repo}`);
      return EXIT.interrupted;
    }
    const reopen = `${selfCommand()} dev --home ${shellWord(home)}`;
    const { repo } = repository;
    print(
      demoEndLines({ report, steps: steps.all, setUpMs, repo, link, reopen }, styleFor(process.stdout)).join(
        '\n',
      ),
    );
    await linger(flags, signal);
    return code;
  } finally {
    if (started) say('Stopping what the demo started …');
    await releases.release();
    dispose();
    if (!started && repository !== undefined) await rm(repository.folder, { recursive: true, force: true });
  }
}

interface SetUp {
  readonly repository: DemoRepository;
  readonly home: string;
  readonly releases: Releases;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  readonly startWorker: StartWorker;
}

/** Production, and beside it server and worker. */
async function setUp({ repository, home, releases, steps, signal, startWorker }: SetUp): Promise<Server> {
  const { repo, production } = repository;
  // Release commands get it from the worker's environment, and the worker is this process.
  process.env[PRODUCTION_STATE] = production;
  const engine = async () => {
    const { settings } = await steps.run('Temporal server', () => localServer(home, releases));
    const server = await connectTo(settings);
    releases.push('the connection', () => server.close());
    if (settings.source === 'dev-server') await endLeftovers(server);
    else if ((await workersThere(server.client).catch(() => [])).length > 0)
      say(
        'Other workers serve this namespace: the demo may be worked on there, where its production is not.',
      );
    const log = (line: string) => say(`worker: ${line}`);
    await steps.run('worker', () => runWorker(startWorker, settings, home, releases, log));
    return server;
  };
  const stage = async () => {
    await steps.run("the example's dependencies", () => installDependencies(repo, signal));
    if (signal.aborted) throw interrupted();
    const down = await steps.run('production up', () => bringUp(repo));
    if (down) releases.push('production', down);
  };
  // Both ends are waited for, or what one of them starts late would never be stopped.
  const [server, staged] = await Promise.allSettled([engine(), stage()]);
  if (staged.status === 'rejected') throw signal.aborted ? interrupted() : staged.reason;
  if (server.status === 'rejected') throw server.reason;
  return server.value;
}

const waysToDecide = (item: AttentionItem, feature: string, home: string, address: string): string[] => [
  `${decideCommand(feature, item).replace(/^baton/, selfCommand())} --home ${shellWord(home)}`,
  `or: temporal workflow signal --address ${address} --workflow-id ${featureWorkflowId(feature)} --name decide --input ${shellWord(decisionJson(item))}`,
];

/** In a terminal the Web UI stays up until somebody has seen it. */
async function linger(flags: DemoFlags, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (flags.keep) {
    say('Kept running; Ctrl-C stops it.');
    await aborted(signal);
  } else if (canAsk() && !flags.yes) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
    await lines.question('\nPress Enter to stop server, worker and production. ', { signal }).catch(() => '');
    lines.close();
  }
}
