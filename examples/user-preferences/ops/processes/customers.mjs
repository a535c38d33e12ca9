import { readFile } from 'node:fs/promises';
import { pathFor } from '../../tools/endpoints.mjs';
import { request } from '../../tools/request.mjs';
import { offeredFeatures } from './offered-features.mjs';

// Plays the customers of production: a steady stream of requests as real users would send them, through the
// router. Arguments: the environment's directory, the router's URL, requests a second while a release
// is under way and otherwise (to spare the machine), seconds to go on.
const [directory, url, perSecond, quietPerSecond, seconds] = process.argv.slice(2);
const TICK_MS = 25;
/** Of a hundred requests, how many use what features added, once a version with traffic offers it. */
const FEATURE_SHARE = 40;
/** Whoever is one in so many opens the feature's page first. */
const PAGE_EVERY = 10;
/** Of a hundred requests to a feature, how many save something. */
const WRITE_SHARE = 15;

// Shuffled: the router gives a version every tenth request, say, and every tenth user may be of one kind.
const users = shuffled(JSON.parse(await readFile(`${directory}/customers.json`, 'utf8')));
let features = [];
let busy = false;
let sent = 0;
let turn = 0;

function shuffled(list) {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [list[at], list[other]] = [list[other], list[at]];
  }
  return list;
}

// Each in turn, so that no user gets near the limit of requests a minute that the service has.
const nextUser = () => users[turn++ % users.length];

async function useAccount(n) {
  const user = nextUser();
  if (n % 4 === 0) await request(url, 'GET', `/api/v1/users?limit=10&after=${user.id}`, user);
  else await request(url, 'GET', `/api/v1/users/${user.id}`, user);
}

async function useFeature(n) {
  const user = nextUser();
  const feature = features[n % features.length];
  if (feature.page && n % PAGE_EVERY === 0) await request(url, 'GET', feature.page.path);
  const path = pathFor(feature.read, user.id);
  const { status, json } = await request(url, 'GET', path, user);
  const write = feature.writes[n % feature.writes.length];
  if (status !== 200 || !write || n % 100 >= WRITE_SHARE) return;
  const body =
    'updated_at' in write.example ? { ...write.example, updated_at: json.updated_at } : write.example;
  await request(url, write.method, path, { ...user, body });
}

/** Customers wait for an answer before they go on: on a slow machine they ask less often, instead of queueing up. */
const AT_ONCE = 12;
let waiting = 0;
let due = 0;
function tick() {
  due += ((busy ? perSecond : quietPerSecond) * TICK_MS) / 1_000;
  for (; due >= 1; due--) {
    if (waiting >= AT_ONCE) continue;
    sent += 1;
    waiting += 1;
    // A step that shares no factor with 100 spreads both kinds evenly over time.
    const wanted = (sent * 37) % 100 < FEATURE_SHARE && features.length > 0;
    const used = wanted ? useFeature(sent) : useAccount(sent);
    used
      .catch(() => undefined)
      .finally(() => {
        waiting -= 1;
      });
  }
}

async function look() {
  const { versions } = JSON.parse(await readFile(`${directory}/environment.json`, 'utf8'));
  busy = Object.keys(versions).length > 1;
  features = await offeredFeatures(directory, url, users[0]);
}

setInterval(tick, TICK_MS);
setInterval(() => look().catch(() => undefined), 500);
setTimeout(() => process.exit(0), seconds * 1_000);
console.log(JSON.stringify({ event: 'listening', customers: users.length }));
process.once('SIGTERM', () => process.exit(0));
