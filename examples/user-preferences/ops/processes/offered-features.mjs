import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathFor, readEndpoints } from '../../tools/endpoints.mjs';
import { request } from '../../tools/request.mjs';

const known = new Map();

/**
 * The features that customers can use: described by a version that was deployed, and answered by the router
 * with something other than 404. Each is `{ read, writes, page }`, its GET, its saving endpoints
 * and the page for it, if there is one.
 */
export async function offeredFeatures(directory, url, user) {
  const versions = await readdir(join(directory, 'versions'));
  const described = new Map();
  for (const version of versions) {
    if (!known.has(version))
      known.set(version, await readEndpoints(join(directory, 'versions', version, 'openapi')));
    for (const endpoint of known.get(version)) {
      if (endpoint.feature) described.set(`${endpoint.method} ${endpoint.path}`, endpoint);
    }
  }
  const endpoints = [...described.values()];
  const reads = endpoints.filter((endpoint) => endpoint.method === 'GET' && endpoint.secured);
  const offered = [];
  for (const read of reads) {
    if (!(await answers(url, read, user))) continue;
    const writes = endpoints.filter(
      (endpoint) =>
        endpoint.path === read.path && endpoint.example && ['PUT', 'PATCH'].includes(endpoint.method),
    );
    const page = endpoints.find((endpoint) => endpoint.page && endpoint.feature === read.feature);
    offered.push({ read, writes, page });
  }
  return offered;
}

/** Features stay offered once seen: asking again would only use up the user's requests. */
const answered = new Map();

async function answers(url, read, user) {
  if (answered.get(read.path) > Date.now()) return true;
  // A canary gets one request in ten: ask often enough to meet it.
  for (let i = 0; i < 10; i++) {
    const { status } = await request(url, 'GET', pathFor(read, user.id), { headers: {} });
    if (status !== 404) {
      answered.set(read.path, Date.now() + 5_000);
      return true;
    }
  }
  return false;
}
