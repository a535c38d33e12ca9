/** What a command of the repository's has of its own while it runs: a number, ports, a temporary folder. */
import { createServer, type Server } from 'node:net';
import { BatonError } from '../domain/failures.ts';
import { removeTree } from '../installed/remove-tree.ts';
import { temporaryFolder } from '../processes/temporary.ts';

export interface Lane {
  /** From 1; no other lane of this machine has it at the same time. */
  readonly slot: number;
  /** The first of {@link PORTS} ports that nothing listened on when the lane was given. */
  readonly port: number;
  /** An empty folder, short enough for sockets below it. */
  readonly folder: string;
  /** What the command is told of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes the folder, and lets others have the number and the ports. */
  release(): Promise<void>;
}

/** Ports of one lane. */
export const PORTS = 10;
/** Ports from one lane to the next: its own, and the one that stands for it. The rest is for tools that count on. */
const STEP = 20;
/**
 * Below the ports that systems give out by themselves (32768 on Linux, 49152 on macOS): a connection of anybody's could
 * take one of those at any moment. Above Baton's proxy in a sandbox, 21128.
 */
const BELOW_FIRST = 22_000;
const MOST_LANES = Math.floor((32_000 - BELOW_FIRST) / STEP);

/**
 * Takes the lowest lane that is free on this machine. What stands for it is a port that this process listens on: no two
 * processes can, whatever user or home they have, and it is free as soon as the process has ended, however it ended.
 *
 * @throws BatonError `Setup` where no lane is free
 */
export async function takeLane(): Promise<Lane> {
  for (let slot = 1; slot <= MOST_LANES; slot += 1) {
    const port = BELOW_FIRST + slot * STEP;
    const guard = await listen(port + STEP - 1, '127.0.0.1');
    if (guard === undefined) continue;
    const free = await Promise.all(Array.from({ length: PORTS }, (_, index) => isFree(port + index)));
    if (free.includes(false)) await closed(guard);
    else return laneOf(slot, port, guard);
  }
  const range = `${BELOW_FIRST + STEP} to ${BELOW_FIRST + (MOST_LANES + 1) * STEP - 1}`;
  throw new BatonError(
    'Setup',
    `no ${PORTS} ports in a row can be listened on between ${range}: end what listens there, or let this worker listen on loopback ports`,
  );
}

async function laneOf(slot: number, port: number, guard: Server): Promise<Lane> {
  const folder = await temporaryFolder('slot');
  let released: Promise<void> | undefined;
  return {
    slot,
    port,
    folder,
    env: {
      BATON_PORT: String(port),
      BATON_PORTS: String(PORTS),
      BATON_SLOT: String(slot),
      BATON_TMP: folder,
      TMPDIR: folder,
    },
    release: () => {
      // What can't be removed now goes when the next worker starts; the command's outcome counts.
      released ??= Promise.all([closed(guard), removeTree(folder).catch(() => undefined)]).then(() => {});
      return released;
    },
  };
}

/** On every address: a server of a test may listen on any. */
async function isFree(port: number): Promise<boolean> {
  const server =
    (await listen(port, '::')) ?? (hasIpv6 === false ? await listen(port, '0.0.0.0') : undefined);
  if (server === undefined) return false;
  await closed(server);
  return true;
}

/** False: this machine has no IPv6. */
let hasIpv6: boolean | undefined;

function listen(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (host === '::' && code !== 'EADDRINUSE' && code !== 'EACCES') hasIpv6 = false;
      resolve(undefined);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
