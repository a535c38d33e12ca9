import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { blockedPorts } from '../../src/dev-server/hidden-ports.ts';
import { choosePort, portOf } from '../../src/dev-server/ports.ts';
import { isServing } from '../../src/dev-server/server-cli.ts';
import { type AttackTarget, attackFromPage } from '../support/attack-page.ts';
import { launchBrowser } from '../support/browser.ts';
import { listeningAddresses } from '../support/listening.ts';
import { until } from '../support/until.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const WAYS = ['plain', 'token', 'authorized', 'form'] as const;

let attacker: Server;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  attacker = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>a page</body>');
  });
  attacker.listen(0, '127.0.0.1');
  await once(attacker, 'listening');
});

afterAll(() => attacker.close());

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Outcome {
  readonly started: string[];
  readonly signalled: string[];
  /** What could be read, except refusals. */
  readonly read: string[];
}

/**
 * Attacks all ports of a process: from a page of another origin, and from one whose host name was pointed at the
 * port, so that it has the port's origin.
 */
async function attackAll(pid: number, address: string): Promise<Outcome> {
  const connection = await Connection.connect({ address });
  cleanups.push(() => connection.close());
  const { workflow } = new Client({ connection });
  const victim = await workflow.start('held', { taskQueue: 'nobody', workflowId: 'held' });
  const targets = await listeningAddresses(pid);
  expect(targets.map(({ port }) => port)).toContain(portOf(address));
  // The server's own four services, its Web UI and its metrics at least.
  expect(targets.length).toBeGreaterThanOrEqual(6);
  const names = targets.map(({ host }, index) => `MAP a${index}.attacker.test ${host}`);
  const browser = await launchBrowser([`--host-resolver-rules=${names.join(',')}`]);
  cleanups.push(() => browser.close());
  const ids: string[] = [];
  const attack = async (pages: readonly string[], base: string, id: string) => {
    ids.push(...WAYS.map((way) => `${id}-${way}`));
    return await attackFrom(browser, pages, { base, id, victim: victim.workflowId });
  };
  const own = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}/`;
  const read: string[] = [];
  // One after the other: a page on a busy machine is given up before its answers come.
  for (const [index, { host, port }] of targets.entries()) {
    const renamed = `http://a${index}.attacker.test:${port}`;
    read.push(...(await attack([own], `http://${host}:${port}`, `origin-${port}`)));
    // A port that speaks no HTTP, or to which browsers don't connect, has no page of its own.
    read.push(...(await attack([`${renamed}/healthz`, own], renamed, `renamed-${port}`)));
  }
  const found = await Promise.all(
    ids.map((id) =>
      workflow
        .getHandle(id)
        .describe()
        .then(
          () => [id],
          () => [],
        ),
    ),
  );
  const { events } = await victim.fetchHistory();
  return {
    started: found.flat(),
    signalled: (events ?? []).flatMap(
      (event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
    ),
    read: read.filter((text) => /^[123]/.test(text)),
  };
}

/** Opens the first of the pages to which the browser gets, and attacks from there. */
async function attackFrom(
  browser: Browser,
  urls: readonly string[],
  target: AttackTarget,
): Promise<string[]> {
  for (const url of urls) {
    // A tab each: one that could not be opened goes on to its error page at any moment.
    const page = await browser.newPage();
    try {
      const reached = await page.goto(url).then(
        () => true,
        () => false,
      );
      if (reached) return await page.evaluate(attackFromPage, target);
    } finally {
      await page.close();
    }
  }
  throw new Error(`none of these pages could be opened: ${urls.join(', ')}`);
}

test('the browser connects to none of the ports on which the server hides', async () => {
  const browser = await launchBrowser();
  cleanups.push(() => browser.close());
  const page = await browser.newPage();
  const answers: string[] = [];
  for (const port of blockedPorts) {
    const answer = await page.goto(`http://127.0.0.1:${port}/`).then(() => 'opened', String);
    if (!answer.includes('ERR_UNSAFE_PORT')) answers.push(`${port}: ${answer}`);
  }
  expect(answers).toEqual([]);
});

test('a web page that tries every port of `baton dev` starts, signals and reads nothing', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'baton-web-page-'));
  cleanups.push(() => rm(home, { recursive: true, force: true }));
  const args = ['--import', 'tsx', 'src/client.ts', 'dev', '--home', home, '--port', '0', '--ui-port', '0'];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TEMPORAL|BATON)_/.test(name)),
  );
  const dev = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(dev, 'exit');
  cleanups.push(() => {
    dev.kill('SIGINT');
    return ended;
  });
  let address: string | undefined;
  for await (const line of createInterface(dev.stderr)) {
    address ??= /^Temporal server: ([^,]+),/.exec(line)?.[1];
    if (line.startsWith('Ready.')) break;
  }
  expect(await attackAll(dev.pid ?? 0, address ?? '')).toEqual({ started: [], signalled: [], read: [] });
});

test("the same page starts, signals and reads on a server with Temporal's own settings", async () => {
  const cli = inject('temporalCli');
  const port = await choosePort(0, []);
  const uiPort = await choosePort(0, [], port);
  const ports = ['--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)];
  const server = execa(cli, ['server', 'start-dev', ...ports], { reject: false, stdin: 'ignore' });
  cleanups.push(async () => {
    server.kill();
    await server;
  });
  await until('the server serves', () => isServing(cli, `127.0.0.1:${port}`));
  const { started, signalled, read } = await attackAll(server.pid ?? 0, `127.0.0.1:${port}`);
  const fromOrigin = expect.stringMatching(/^origin-\d+-plain$/);
  const asWebUi = `renamed-${uiPort}-token`;
  expect(started).toEqual(expect.arrayContaining([fromOrigin, asWebUi]));
  expect(signalled).toEqual(expect.arrayContaining([fromOrigin, asWebUi]));
  expect(read).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/held\/history .*EVENT_TYPE_WORKFLOW_EXECUTION_STARTED/s),
      expect.stringMatching(/\/metrics # HELP/),
    ]),
  );
});
