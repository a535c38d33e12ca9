import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type DevServer, type DevServerOptions, startDevServer } from '../../src/dev-server/dev-server.ts';
import { choosePort } from '../../src/dev-server/ports.ts';
import { stopRunningServer } from '../../src/dev-server/stop-server.ts';
import { waitUntilGone } from '../support/processes.ts';
import { until } from '../support/until.ts';

let directory: string;
let started: DevServer[];

beforeEach(async () => {
  // SQLite takes a database's name for a URI, in which these mean something.
  directory = await mkdtemp(path.join(tmpdir(), 'baton-dev #1;%41?x=y-'));
  started = [];
});

afterEach(async () => {
  for (const server of started) await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const dbFilename = path.join(directory, 'temporal.db');
  const server = await startDevServer({ dbFilename, executable: inject('temporalCli'), ...options });
  started.push(server);
  return server;
}

async function operator(server: DevServer, ...command: string[]): Promise<string> {
  return (await execa(inject('temporalCli'), ['operator', ...command, '--address', server.address])).stdout;
}

/** Node's `fetch` sets the host name itself, and refuses the ports that browsers refuse. */
async function statusOf(url: string, host: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers: { host } }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

describe('startDevServer', () => {
  test('serves with the search attributes and a retention of a year, in a namespace of its own', async () => {
    const server = await start({ port: 0, uiPort: 0, namespace: 'crew' });
    const namespace = await operator(server, 'namespace', 'describe', '--namespace', 'crew');
    expect(namespace).toMatch(/RetentionTtl\s+8760h0m0s/);
    const attributes = await operator(server, 'search-attribute', 'list', '--namespace', 'crew');
    expect(attributes).toMatch(/BatonAttention\s+Int/);
    expect(attributes).toMatch(/BatonPhase\s+Keyword/);
    expect(attributes).toMatch(/BatonRepository\s+Keyword/);
    expect((await fetch(server.uiUrl)).status).toBe(200);
    expect(await readdir(directory)).toContain('temporal.db');
  });

  test('the Web UI answers no other host name, and the HTTP API nobody', async () => {
    const server = await start({ port: 0, uiPort: 0 });
    const [, httpPort] = /^HTTP:.*:(\d+)$/m.exec(await readFile(server.logFile, 'utf8')) ?? [];
    const list = '/api/v1/namespaces/default/workflows';
    // The server serves a moment before its Web UI has found it.
    await until('the Web UI has found its server', async () => {
      return (await statusOf(server.uiUrl + list, '127.0.0.1')) !== 503;
    });
    const statuses = await Promise.all([
      statusOf(server.uiUrl + list, '127.0.0.1'),
      statusOf(server.uiUrl + list, 'localhost:9000'),
      statusOf(server.uiUrl + list, 'attacker.test'),
      statusOf(`http://127.0.0.1:${httpPort}${list}`, '127.0.0.1'),
    ]);
    expect(statuses).toEqual([200, 200, 403, 403]);
  });

  test('a second start on the same file finds the running server, also when both start at once', async () => {
    const servers = await Promise.all([start({ port: 0, uiPort: 0 }), start(), start()]);
    expect(new Set(servers.map((server) => server.pid)).size).toBe(1);
    expect(servers.filter((server) => !server.reused)).toHaveLength(1);
    const [reused] = servers.filter((server) => server.reused);
    await reused?.stop();
    await expect(operator(servers[0], 'cluster', 'health')).resolves.toContain('SERVING');
    expect(await stopRunningServer(path.join(directory, 'temporal.db'))).toBe(true);
    await Promise.all(servers.map((server) => server.exited));
    expect(await stopRunningServer(path.join(directory, 'temporal.db'))).toBe(false);
  });

  test('a running server is not given under another port or namespace than asked for', async () => {
    const server = await start({ port: 0, uiPort: 0 });
    await expect(start({ namespace: 'other' })).rejects.toThrow(`process ${server.pid}`);
  });

  test('a killed server comes back at the same address with its history', async () => {
    const first = await start({ port: 0, uiPort: 0 });
    const connection = await Connection.connect({ address: first.address });
    const { workflow } = new Client({ connection });
    await workflow.start('kept', { taskQueue: 'nobody', workflowId: 'kept', args: ['across the kill'] });
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
    expect(second.reused).toBe(false);
    expect(second.address).toBe(first.address);
    expect(second.uiUrl).toBe(first.uiUrl);
    const history = await workflow.getHandle('kept').fetchHistory();
    expect(JSON.stringify(history.events?.map((event) => event.eventType))).toBe('[1,5]');
    await connection.close();
  });

  test('taken ports are noticed: an asked-for one is refused, otherwise others are used', async () => {
    const taken = await listen(0);
    const { port } = taken.address() as { port: number };
    await expect(start({ port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    expect(await choosePort(undefined, [port])).not.toBe(port);
    taken.close();
    expect(await choosePort(undefined, [undefined, port])).toBe(port);
    expect(await choosePort(undefined, [port], port)).not.toBe(port);
  });

  test('a server that cannot start says why, with the end of its log', async () => {
    const executable = path.join(import.meta.dirname, '..', 'support', 'failing-temporal.sh');
    const failure = start({ port: 0, uiPort: 0, executable });
    await expect(failure).rejects.toThrow(
      /ended with exit code 3.*\n.*temporal\.log:\n {2}the disk is on fire/,
    );
  });

  test('the server ends when the process that started it is killed', async () => {
    await waitUntilGone(await startElsewhere('attached'));
  });
});

/** Starts a server in another process, kills that process, and returns the server's id. */
async function startElsewhere(name: string): Promise<number> {
  const dbFilename = path.join(directory, `${name}.db`);
  const script = path.join(import.meta.dirname, '..', 'support', 'start-dev-server.ts');
  const options = { dbFilename, port: 0, uiPort: 0, executable: inject('temporalCli') };
  const starter = execa(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
    reject: false,
  });
  for await (const line of starter) {
    starter.kill('SIGKILL');
    expect(JSON.parse(await readFile(`${dbFilename}.server.json`, 'utf8')).pid).toBe(Number(line));
    return Number(line);
  }
  throw new Error(`The starting process ended: ${(await starter).stderr}`);
}
