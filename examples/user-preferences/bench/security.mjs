#!/usr/bin/env node
import { pathFor, readEndpoints } from '../tools/endpoints.mjs';
import { request } from '../tools/request.mjs';
import { attacksOn, leak } from './lib/attacks.mjs';
import { withService } from './lib/started-service.mjs';

// Attacks every documented endpoint over HTTP and counts what the service should not have done.
const USERS = 400;
const FLOOD = 25;

async function attack({ url, openapi, users }) {
  const endpoints = await readEndpoints(openapi);
  const details = [];
  let checked = 0;
  let next = 0;
  // A fresh pair for each attack, so that none is only answered by the limit of requests.
  const fresh = () => users[next++ % users.length];
  const found = (endpoint, name, problem) => {
    if (problem) details.push({ endpoint: `${endpoint.method} ${endpoint.path}`, attack: name, problem });
  };

  for (const endpoint of endpoints) {
    const count = attacksOn(endpoint, '', users[0], users[1]).length;
    for (let n = 0; n < count; n++) {
      const [user, stranger] = [fresh(), fresh()];
      const { name, path, options, judge } = attacksOn(endpoint, pathFor(endpoint, user.id), user, stranger)[
        n
      ];
      const answer = await request(url, endpoint.method, path, options);
      checked += 1;
      found(endpoint, name, judge(answer) ?? leak(answer));
    }
    if (endpoint.limited) {
      const user = fresh();
      const path = pathFor(endpoint, user.id);
      const options = { token: user.token, ...(endpoint.example && { body: endpoint.example }) };
      const statuses = [];
      for (let n = 0; n < FLOOD; n++)
        statuses.push((await request(url, endpoint.method, path, options)).status);
      checked += 1;
      found(
        endpoint,
        'flood',
        statuses.includes(429) ? undefined : `answered all ${FLOOD} requests of one user at once`,
      );
    }
  }
  const { status } = await request(url, 'GET', '/health');
  checked += 1;
  if (status !== 200)
    details.push({ endpoint: 'GET /health', attack: 'all of them', problem: `answers ${status} after them` });
  return { findings: details.length, checked, details };
}

console.log(JSON.stringify(await withService(USERS, attack)));
