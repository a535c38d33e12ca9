import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Server as ProxyServer, RequestError } from 'proxy-chain';
import { getProxyForUrl } from 'proxy-from-env';
import { SOCKETS } from './bubblewrap.ts';
import { type Door, socketTo } from './doors.ts';
import { isLoopback, mayReach, type Reachable } from './reachable.ts';

/** What lets a command out of its loopback to named hosts, and to nothing else. */
export interface WayOut {
  /** Folder with the sockets. */
  readonly sockets: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ports that lead out. */
  readonly doors: readonly Door[];
  /** Hosts that were asked for and not let through, in order, each once. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** Where the proxy listens inside: no port that servers or tests take by habit. */
const PROXY_PORT = 21_128;
/** More names than these are noise; a program that tries all hosts is told by the first. */
const MOST_REFUSED = 50;

/**
 * Opens it. Programs find it by the usual proxy variables; a port of the machine's own loopback that is named, such as a
 * local model's, is there at the same port.
 * Where the worker's own environment names a proxy, all goes through that.
 *
 * @param folder - what the name of a new folder for its sockets begins with; short
 */
export async function openWayOut(reachable: readonly Reachable[], folder: string): Promise<WayOut> {
  const refused: string[] = [];
  const proxy = new ProxyServer({
    port: 0,
    host: '127.0.0.1',
    prepareRequestFunction: ({ hostname, port, isHttp }) => {
      const upstream = getProxyForUrl(`${isHttp ? 'http' : 'https'}://${hostname}:${port}`);
      if (mayReach(reachable, hostname, port)) return { upstreamProxyUrl: upstream === '' ? null : upstream };
      const named = `${hostname}:${port}`;
      if (!refused.includes(named) && refused.length < MOST_REFUSED) refused.push(named);
      throw new RequestError(refusal(named), 403);
    },
  });
  // What a client breaks off is its own affair.
  proxy.on('requestFailed', () => undefined);
  await proxy.listen();
  const sockets = await mkdtemp(folder);
  const own = new Set(reachable.filter(isLoopback).flatMap(({ port }) => port ?? []));
  const doors = [{ at: PROXY_PORT, to: proxy.port }, ...[...own].map((port) => ({ at: port, to: port }))];
  const servers = await Promise.all(doors.map(({ at, to }) => socketTo(to, path.join(sockets, String(at)))));
  return {
    sockets,
    env: proxyVariables(`http://127.0.0.1:${PROXY_PORT}`),
    doors: doors.map(({ at }) => ({ port: at, socket: `${SOCKETS}/${at}` })),
    refused,
    close: async () => {
      for (const close of servers) close();
      await proxy.close(true);
      await rm(sockets, { recursive: true, force: true });
    },
  };
}

const refusal = (named: string) =>
  `Baton's sandbox lets nothing reach ${named}. Whoever owns the repository can name it under "network" in baton.yaml.`;

/** As the usual clients read them: curl, git, npm, pip, Go and Node each look for others. */
const proxyVariables = (url: string): Record<string, string> => {
  const own = 'localhost,127.0.0.1,::1';
  const all = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  const host = new URL(url);
  const java = ['http', 'https'].map(
    (scheme) => `-D${scheme}.proxyHost=${host.hostname} -D${scheme}.proxyPort=${host.port}`,
  );
  return {
    ...Object.fromEntries(all.map((name) => [name, url])),
    no_proxy: own,
    NO_PROXY: own,
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    npm_config_noproxy: own,
    // Of all the usual ones, the later majors of yarn read only their own.
    YARN_HTTP_PROXY: url,
    YARN_HTTPS_PROXY: url,
    NODE_USE_ENV_PROXY: '1',
    MAVEN_OPTS: java.join(' '),
    GRADLE_OPTS: java.join(' '),
  };
};
