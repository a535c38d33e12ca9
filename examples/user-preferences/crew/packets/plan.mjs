const proven = (text, test) => ({ text, evidence: { test } });
const present = (text, file) => ({ text, evidence: { file } });
const AUDIT = 'node bench/accessibility.mjs';

/** The work packets. Storage, the limit and the page have nothing to do with each other; tests and deployment neither. */
export function planPackets(spec, scenario) {
  return [storage, rateLimit, page, api, tests, deployment].map((packet) => {
    const planned = packet(spec, scenario);
    if (scenario.conflict) planned.boundaries.inScope.push('CHANGELOG.md');
    return planned;
  });
}

/**
 * What a person gave stays as it is; what they left open is taken from the crew's own plan, where that has a
 * packet of this id. Without given packets the plan is the crew's.
 */
export function fillIn(given, planned) {
  if (given.length === 0) return planned;
  return given.map((packet) => {
    const own = planned.find(({ id }) => id === packet.id);
    if (!own) return packet;
    const either = (theirs, ours) => (theirs?.length ? theirs : (ours ?? []));
    return {
      ...packet,
      criteria: either(packet.criteria, own.criteria),
      boundaries: {
        ...packet.boundaries,
        inScope: either(packet.boundaries?.inScope, own.boundaries.inScope),
      },
      dependencies: either(packet.dependencies, own.dependencies?.filter(isGiven(given))),
      contract: packet.contract ?? own.contract,
    };
  });
}

const isGiven = (given) => (dependency) => given.some(({ id }) => id === dependency.packet);

const storage = ({ title, type, files }) => ({
  id: 'storage',
  kind: 'implementation',
  objective: `Migration and repository for ${title}`,
  size: 30,
  boundaries: { inScope: [files.migration, files.domain, files.repository, files.storageTest] },
  contract: `\`find${type}(db, userId)\` resolves to the saved state or undefined; \`save${type}(db, userId, value, basis)\` to the new state, or undefined when \`basis\` (the updated_at before) is stale.`,
  criteria: [
    proven('What is saved is found again', `${title} storage > saves and finds them again`),
    proven('A stale change is refused', `${title} storage > refuses a change that starts from a stale state`),
    present('There is a migration', files.migration),
  ],
});

const rateLimit = ({ limit, files }) => ({
  id: 'rate-limit',
  kind: 'implementation',
  objective: `Middleware that allows a user ${limit} requests a minute`,
  size: 20,
  boundaries: { inScope: [files.rateLimit, files.rateLimitTest] },
  contract:
    '`rateLimit(createRateLimiter({ limit, windowMs }))` is a Hono middleware behind authentication: 429 with Retry-After above the limit. Until it is merged, a route works without it.',
  criteria: [
    proven('The limit holds', `rate limit > allows ${limit} requests in a window and refuses the next`),
    proven('Who is refused hears when to come back', 'rate limit > answers 429 and says when to come back'),
  ],
});

const page = ({ title, path, pagePath, files }, { inaccessible }) => ({
  id: 'page',
  kind: 'implementation',
  objective: `Settings page for ${title}`,
  size: 30,
  boundaries: { inScope: [files.page, files.pages, files.pageTest] },
  contract: `GET ${pagePath} answers an HTML page whose script reads and saves over ${path}.`,
  criteria: [
    proven(
      'The page offers every value',
      `GET ${pagePath} > offers every value of the API, with the defaults chosen`,
    ),
    proven('Nothing foreign runs on it', `GET ${pagePath} > allows no script and no style but its own`),
    ...(inaccessible
      ? []
      : [{ text: 'axe-core finds nothing wrong with the page', evidence: { command: AUDIT } }]),
  ],
});

const api = ({ title, path, limit, files }) => ({
  id: 'api',
  kind: 'implementation',
  objective: `GET, PUT and PATCH ${path}`,
  size: 60,
  dependencies: [
    { packet: 'storage', type: 'hard' },
    { packet: 'rate-limit', type: 'soft' },
  ],
  boundaries: {
    inScope: [files.route, files.bodies, files.preconditions, files.routes, files.apiTest],
    outOfScope: [files.rateLimit],
    notes: `Only what the HTTP interface of ${title} needs.`,
  },
  contract: `GET, PUT and PATCH ${path} as ${files.openapi} describes them.`,
  criteria: [
    proven('GET answers the defaults', `GET ${path} > answers the defaults to a user who never saved`),
    proven('No token, no data', `GET ${path} > answers 401 without a token`),
    proven("Another user's data stays theirs", `GET ${path} > answers 403 for another user's`),
    proven(
      `At most ${limit} requests a minute`,
      `GET ${path} > answers 429 from the request after the limit on`,
    ),
    proven('PUT saves', `PUT ${path} > saves all of them`),
    proven(
      'Values are validated',
      `PUT ${path} > answers 400 to a value that is not offered and to one that is missing`,
    ),
    proven('A stale updated_at is refused', `PUT ${path} > answers 409 on a stale updated_at`),
    proven('PATCH changes a part', `PATCH ${path} > changes what it names and keeps the rest`),
    { text: 'PATCH for a user who never saved does what was decided' },
  ],
});

const tests = ({ title, files }) => ({
  id: 'tests',
  kind: 'test',
  objective: `Integration, edge and end-to-end tests for ${title}; no gap in coverage`,
  size: 40,
  dependencies: [
    { packet: 'api', type: 'hard' },
    { packet: 'rate-limit', type: 'hard' },
    { packet: 'page', type: 'hard' },
  ],
  boundaries: { inScope: ['tests/**'] },
  criteria: [
    proven(
      'Of concurrent updates one wins',
      `${title} under load > lets one of two concurrent updates win and answers 409 to the other`,
    ),
    proven(
      'A whole flow works',
      `${title}, from end to end > follows a user from sign-up to a second device on another instance`,
    ),
    proven('The page works', `${title}, from end to end > has the page save what the API then answers`),
    present('There are end-to-end tests', files.flowTest),
  ],
});

const deployment = ({ title, files }) => ({
  id: 'deploy-prep',
  kind: 'deploy',
  objective: `Deployment workflow and rollback procedure for ${title}`,
  size: 20,
  dependencies: [{ packet: 'api', type: 'hard' }],
  boundaries: { inScope: [files.workflow, files.rollback] },
  criteria: [
    present('There is a deployment workflow', files.workflow),
    present('There is a rollback procedure', files.rollback),
  ],
});
