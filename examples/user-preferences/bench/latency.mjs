#!/usr/bin/env node
import { pathFor, readEndpoints } from '../tools/endpoints.mjs';
import { request } from '../tools/request.mjs';
import { withService } from './lib/started-service.mjs';

// Latency of the newest signed-in GET endpoints: those that features described, else one's own account.
// Requests go round many users, because the service limits each user's requests a minute.
const USERS = 400;
const AT_ONCE = 2;
const WARM_UP = 100;
// The figures are those of the quietest of these stretches: what else the machine does can only add to them.
const STRETCHES = 5;
const REQUESTS = 50;
const AT_MOST_MS = 6_000;

const round = (value) => Number(value.toFixed(2));

async function measure({ url, openapi, users }) {
  const reads = (await readEndpoints(openapi)).filter(
    (endpoint) => endpoint.method === 'GET' && endpoint.secured,
  );
  const added = reads.filter((endpoint) => endpoint.feature);
  const targets =
    added.length > 0 ? added : reads.filter((endpoint) => endpoint.path === '/api/v1/users/{id}');
  let next = 0;
  const one = async () => {
    const n = next++;
    const [target, user] = [targets[n % targets.length], users[n % users.length]];
    const began = performance.now();
    const { status, text } = await request(url, target.method, pathFor(target, user.id), user);
    if (status !== 200) throw new Error(`${target.method} ${target.path} answered ${status}: ${text}`);
    return performance.now() - began;
  };
  const run = async (count, until) => {
    const left = { count };
    const times = [];
    const worker = async () => {
      while (left.count-- > 0 && performance.now() < until) times.push(await one());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return times;
  };
  await run(WARM_UP, performance.now() + 1_000);
  const stretch = async () => {
    const began = performance.now();
    const times = (await run(REQUESTS, Infinity)).sort((a, b) => a - b);
    const seconds = (performance.now() - began) / 1_000;
    const quantile = (q) => times[Math.floor(times.length * q)];
    return {
      p95_ms: round(quantile(0.95)),
      avg_ms: round(times.reduce((sum, ms) => sum + ms, 0) / times.length),
      p99_ms: round(quantile(0.99)),
      throughput_rps: round(times.length / seconds),
    };
  };
  const until = performance.now() + AT_MOST_MS;
  const stretches = [];
  while (stretches.length < STRETCHES && performance.now() < until) stretches.push(await stretch());
  const [quietest] = stretches.sort((a, b) => a.p95_ms - b.p95_ms);
  return {
    ...quietest,
    requests: stretches.length * REQUESTS,
    endpoints: targets.map((target) => `${target.method} ${target.path}`),
  };
}

console.log(JSON.stringify(await withService(USERS, measure)));
