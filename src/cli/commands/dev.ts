import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { errorText } from '../../domain/error-text.ts';
import { homeOf } from '../../homes/home-dir.ts';
import type { RunningWorker } from '../../worker/running-worker.ts';
import { CommandError } from '../command-error.ts';
import { agentsOption, checksOption, homeOption, metricsOption, port, takeBackOption } from '../options.ts';
import { say } from '../output.ts';
import { connectTo } from '../server/connection.ts';
import { connectionSettings } from '../server/connection-settings.ts';
import { localServer } from '../server/local-server.ts';
import { webUiList } from '../server/web-ui.ts';
import { runWorker, type StartWorker } from '../server/worker-process.ts';
import { aborted, interruption, Shutdown } from '../shutdown.ts';

interface Flags {
  readonly home?: string;
  readonly port?: number;
  readonly uiPort?: number;
  readonly agents?: number;
  readonly checks?: number;
  readonly takeBack?: boolean;
  readonly metrics?: string;
}

/** `baton dev`: a Temporal dev server and a worker, until Ctrl-C. */
export const registerDev = (program: Command, startWorker: StartWorker): void => {
  program
    .command('dev')
    .description('a Temporal server (unless one is configured) and a worker on this machine')
    .addOption(homeOption())
    .addOption(agentsOption())
    .addOption(checksOption())
    .addOption(takeBackOption())
    .addOption(metricsOption())
    .option('--port <number>', "the dev server's port (default: 7233, or a free one)", port)
    .option('--ui-port <number>', "the Web UI's port (default: 8233, or a free one)", port)
    .action(async (flags: Flags) => {
      const home = homeOf(flags);
      await untilInterrupted(async (shutdown) => {
        const { settings, started, gone } = await localServer(home, shutdown, flags);
        if (settings.source === 'configured') await (await connectTo(settings)).close();
        say(
          `Temporal server: ${settings.address}, namespace ${settings.namespace}${started ? '' : ' (ran already)'}`,
        );
        if (settings.uiUrl) {
          say(`Web UI:          ${settings.uiUrl}`);
          say(`  features:      ${webUiList(settings, 'features')}`);
          say(`  waits for you: ${webUiList(settings, 'waiting')}`);
        }
        const worker = await runWorker(startWorker, settings, home, shutdown, say, flags);
        say(`Worker:          home ${worker.home} in ${home}`);
        say('Ready. In another terminal: baton start "what is to be built". Ctrl-C stops all of it.');
        return { worker, gone };
      });
    });
};

/** `baton worker`: a worker for a server that runs. */
export const registerWorker = (program: Command, startWorker: StartWorker): void => {
  program
    .command('worker')
    .description('a worker for the Temporal server that is configured, or that `baton dev` runs')
    .addOption(homeOption())
    .addOption(agentsOption())
    .addOption(checksOption())
    .addOption(takeBackOption())
    .addOption(metricsOption())
    .action(async (flags: Flags) => {
      const home = homeOf(flags);
      await untilInterrupted(async (shutdown) => {
        const settings = await connectionSettings(home);
        await (await connectTo(settings)).close();
        const worker = await runWorker(startWorker, settings, home, shutdown, say, flags);
        say(`Worker on home ${worker.home} in ${home}, for ${settings.address}. Ctrl-C stops it.`);
        return { worker, gone: new Promise<string>(() => undefined) };
      });
    });
};

/** A dev server or a worker that is being started is up by then, and is stopped in order; what hangs isn't waited for. */
const START_GRACE_MS = 15_000;

/** Whoever interrupts while something starts gets the process to end: what came up is stopped, what hangs is left. */
async function leaveStart(starting: Promise<unknown>, shutdown: Shutdown): Promise<void> {
  say('Stopping …');
  const up = starting.then(
    () => true,
    () => true,
  );
  const settled = await Promise.race([up, sleep(START_GRACE_MS, false, { ref: false })]);
  await shutdown.stopAll();
  if (!settled) process.exit();
}

/** Runs what was started until Ctrl-C, or until it ends by itself, and stops the rest. */
async function untilInterrupted(
  start: (shutdown: Shutdown) => Promise<{ readonly worker: RunningWorker; readonly gone: Promise<string> }>,
): Promise<void> {
  const shutdown = new Shutdown();
  const { signal, dispose } = interruption(shutdown);
  try {
    const starting = start(shutdown);
    const interruptedFirst = await Promise.race([
      starting.then(() => false),
      aborted(signal).then(() => true),
    ]);
    if (interruptedFirst) return await leaveStart(starting, shutdown);
    const { worker, gone } = await starting;
    const ended = await Promise.race([
      aborted(signal).then(() => undefined),
      gone,
      worker.finished.then(
        () => 'the worker stopped',
        (error: unknown) => `the worker failed: ${errorText(error)}`,
      ),
    ]);
    if (ended !== undefined) throw new CommandError(`Ended: ${ended}.`);
    say('Stopping …');
  } finally {
    await shutdown.stopAll();
    dispose();
  }
}
