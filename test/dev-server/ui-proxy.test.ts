import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePort, PortTakenError } from '../../src/dev-server/ports.ts';
import type { ListenAddress } from '../../src/dev-server/server-arguments.ts';
import { startUiProxy, type UiProxy } from '../../src/dev-server/ui-proxy.ts';
import { until } from '../support/until.ts';

const MAIN = path.join(import.meta.dirname, '..', '..', 'src', 'dev-server', 'ui-proxy-main.ts');

let ui: Server;
let at: ListenAddress;
let behind: ListenAddress;
let proxy: UiProxy;
let seen: string[];

beforeEach(async () => {
  seen = [];
  // Answers with what it was asked; `/wait` never, but tells when the question is given up.
  ui = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.url === '/wait') {
      response.writeHead(200).write('first');
      response.once('close', () => seen.push('given up'));
      return;
    }
    response.writeHead(201, { 'set-cookie': ['one=1', 'two=2'], 'x-seen': request.headers.host });
    request.pipe(response);
  });
  ui.listen(0, '127.0.0.1');
  await once(ui, 'listening');
  behind = { host: '127.0.0.1', port: (ui.address() as AddressInfo).port };
  at = { host: '127.0.0.1', port: await choosePort(0, []) };
  proxy = await startUiProxy(at, behind);
});

afterEach(async () => {
  await proxy.close();
  ui.closeAllConnections();
  ui.close();
});

const url = (where: string) => `http://${at.host}:${at.port}${where}`;

test('a request and its answer are passed on whole', async () => {
  const body = 'x'.repeat(1_000_000);
  const response = await fetch(url('/a?b=c'), { method: 'POST', body });
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual(['one=1', 'two=2']);
  expect(response.headers.get('x-seen')).toBe(`127.0.0.1:${at.port}`);
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(await response.text()).toBe(body);
  expect(seen).toEqual(['POST /a?b=c']);
});

test('what is refused never reaches the Web UI', async () => {
  const response = await fetch(url('/a'), { headers: { origin: 'http://attacker.test' } });
  expect(response.status).toBe(403);
  expect(seen).toEqual([]);
});

test('an answer comes as it is made, and a question that is given up is given up behind the proxy too', async () => {
  const question = get(url('/wait'));
  const [response] = (await once(question, 'response')) as [IncomingMessage];
  expect(String((await once(response, 'data'))[0])).toBe('first');
  response.destroy();
  await until('the question is given up', async () => seen.includes('given up'));
});

test('a Web UI that does not answer is told to the browser, and a taken port to the caller', async () => {
  ui.closeAllConnections();
  ui.close();
  expect((await fetch(url('/'))).status).toBe(502);
  await expect(startUiProxy(at, behind)).rejects.toThrow(PortTakenError);
});

test('it runs as a process of its own', async () => {
  const other = { ...at, port: await choosePort(0, []) };
  const args = [`${other.host}:${other.port}`, `${behind.host}:${behind.port}`];
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const answered = await until('it listens', () =>
    fetch(`http://${other.host}:${other.port}/`).catch(() => undefined),
  );
  expect(answered.status).toBe(201);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
