import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'httpxy';
import { weightedChoice } from './weighted-choice.mjs';
import { Window } from './window.mjs';

// A weighted reverse proxy. Customers use one port; the other, for operations, tells and changes the shares.
const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const proxy = createProxyServer({ agent, proxyTimeout: 10_000 });
let targets = [];
let choose = weightedChoice(targets);
let window = new Window();

const refuse = (res, status, text) => {
  if (!res.headersSent) res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify({ error: { code: 'unavailable', message: text } }));
};

proxy.on('error', (_error, _req, res) => refuse(res, 502, 'The service gave no answer.'));

const customers = createServer((req, res) => {
  const target = choose();
  if (!target) return refuse(res, 503, 'No version is ready.');
  const began = performance.now();
  const counted = window;
  // A connection that the customer closed early says nothing about the version.
  res.once('finish', () => counted.note(target.version, res.statusCode, performance.now() - began));
  proxy.web(req, res, { target: target.url }).catch(() => refuse(res, 502, 'The service gave no answer.'));
});

async function readJson(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const operations = createServer(async (req, res) => {
  if (req.method === 'PUT' && req.url === '/targets') {
    targets = await readJson(req);
    choose = weightedChoice(targets);
    window = new Window();
  }
  const shown = targets.map(({ version, weight }) => ({ version, weight }));
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ since: window.since, targets: shown, metrics: window.metrics() }));
});

for (const server of [customers, operations]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
const url = (server) => `http://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ event: 'listening', url: url(customers), admin: url(operations) }));
process.once('SIGTERM', () => process.exit(0));
