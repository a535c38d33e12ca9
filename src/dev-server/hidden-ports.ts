import { randomInt } from 'node:crypto';
import { choosePort, listenOnce } from './ports.ts';
import { type HiddenPorts, type ListenAddress, serverHost } from './server-arguments.ts';

/**
 * Ports to which no browser connects, whatever a page asks for: from the list of the Fetch standard ("bad ports"),
 * which Chromium, Firefox and Safari have in common. Left out are those that need root, those of programs that a
 * developer's machine may well run (NFS, X11, SIP), and 6679, which is on the list but not in Chromium.
 */
export const blockedPorts = [
  1719, 1720, 1723, 3659, 4045, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 10080,
] as const;

/**
 * Chooses ports that are free at this moment; somebody may take one a moment later.
 *
 * @param listen tells whether one is free. Only tests replace it.
 * @throws if none is left for the Web UI.
 */
export async function chooseHiddenPorts(listen = listenOnce): Promise<HiddenPorts> {
  const ui = await chooseUiAddress(listen);
  const taken = ui.host === serverHost ? [ui.port] : [];
  // The server puts these two on the address of its gRPC port, so that many servers may use up all blocked ports.
  const metricsPort = (await freeBlockedPort(serverHost, taken, listen)) ?? (await choosePort(0, []));
  const httpPort =
    (await freeBlockedPort(serverHost, [...taken, metricsPort], listen)) ??
    (await choosePort(0, [], metricsPort));
  return { ui, metricsPort, httpPort };
}

/** Linux has 2^24 loopback addresses; other systems answer on one unless root adds some. */
async function chooseUiAddress(listen: typeof listenOnce): Promise<ListenAddress> {
  const own = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  for (const host of [own, serverHost]) {
    const port = await freeBlockedPort(host, [], listen);
    if (port !== undefined) return { host, port };
  }
  throw new Error(
    `The Web UI needs a port to which no browser connects, and all of them are taken on ${serverHost}: ` +
      `${blockedPorts.join(', ')}. Stop another dev server first.`,
  );
}

/** From a random one on, so that servers which start at once rarely choose the same. */
async function freeBlockedPort(
  host: string,
  taken: readonly number[],
  listen: typeof listenOnce,
): Promise<number | undefined> {
  const first = randomInt(blockedPorts.length);
  for (const port of [...blockedPorts.slice(first), ...blockedPorts.slice(0, first)]) {
    if (!taken.includes(port) && (await listen(port, host)) !== undefined) return port;
  }
  return undefined;
}
