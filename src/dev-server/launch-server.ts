import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { saysFull } from '../files/full-disk.ts';
import { noRoomOn, roomProblem } from '../homes/room.ts';
import { lastLines, logSince } from './log-tail.ts';
import { PortTakenError } from './ports.ts';
import { type HiddenPorts, serverArguments, serverHost } from './server-arguments.ts';
import { isServing } from './server-cli.ts';
import { type ServerProcess, spawnServer } from './server-process.ts';

/** A start takes one to two seconds; on a loaded machine with a large database it was never seen above 20. */
const startTimeout = 60_000;

/** How often the server is asked whether it serves: a question costs one short process. */
const healthInterval = 150;

/** A server that serves and lives this long after is ours, even if its banner has other words one day. */
const bannerPatience = 3_000;

export interface LaunchOptions {
  readonly executable: string;
  readonly dbFilename: string;
  readonly namespace: string;
  readonly logFile: string;
  readonly port: number;
  readonly hidden: HiddenPorts;
}

/**
 * Starts one server on these ports and waits until it serves.
 *
 * @throws PortTakenError to try other ports; otherwise an error with the end of the server's log.
 */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const offset = await stat(options.logFile).then(
    (found) => found.size,
    () => 0,
  );
  const folder = path.dirname(options.dbFilename);
  const executable = path.resolve(options.executable);
  const server = await spawnServer(executable, serverArguments(options), options.logFile, folder);
  let ended: string | undefined;
  void server.exited.then(({ code, signal }) => {
    ended = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  });
  const newLog = () => logSince(options.logFile, offset);
  const deadline = Date.now() + startTimeout;
  let servingSince: number | undefined;
  while (Date.now() < deadline) {
    if (ended !== undefined) throw await startError(options, ended, await newLog());
    // The banner comes after the ports are bound: without it, what serves there might be somebody else's server.
    if (await isServing(options.executable, `${serverHost}:${options.port}`)) {
      servingSince ??= Date.now();
      const banner = /^Server:/m.test(await newLog());
      if (ended === undefined && (banner || Date.now() - servingSince > bannerPatience)) return server;
    }
    await sleep(healthInterval);
  }
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  throw await startError(options, `did not serve within ${startTimeout / 1000} s`, await newLog());
}

async function startError(options: LaunchOptions, what: string, log: string): Promise<Error> {
  if (/address already in use/.test(log)) {
    return new PortTakenError(`Port ${options.port} on ${serverHost}, or a hidden one, was taken meanwhile.`);
  }
  const folder = path.dirname(options.dbFilename);
  if (saysFull(log))
    return new Error(
      `The Temporal dev server ${what}: ${(await roomProblem(folder)) ?? noRoomOn(folder)}. Its log is ${options.logFile}.`,
    );
  return new Error(
    `The Temporal dev server (${options.executable}, database ${options.dbFilename}) ${what}.\n` +
      `The end of its log, ${options.logFile}:\n${lastLines(log, 15)}\n` +
      'If the log blames the database, move that file away and start again: a new one is made.',
  );
}
