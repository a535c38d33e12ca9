import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { toldOf, valuesOf } from '../../src/domain/services-config.ts';
import { BASE, problemsOf } from './base-config.ts';

const service = (more: string) => `services:\n  db: { start: x, ${more} }\n`;
const WHOLE = `services:
  db:
    start: postgres
    ready: pg_isready
    stop: pg_ctl stop
    env: { PGPORT: $BATON_PORT, URL: "tcp://h:$((BATON_PORT + 1))/\${BATON_SLOT}$$" }
    ports: 2
    timeout: 2m
    sandbox: off
    network: open
  api: { start: x, services: [db] }
gates:
  security: { run: x, metric: m, max: 0, services: [api] }
`;

it('services are read with their defaults', () => {
  expect(problemsOf(BASE + WHOLE)).toBe('');
  const parsed = parseConfig(BASE + service(''));
  expect(parsed).toMatchObject({
    config: { services: { db: { start: 'x', env: {}, ports: 1, timeout: 60_000 } } },
  });
});

it.each([
  ['services:\n  Db: { start: x }\n', '`Db` is not a name'],
  [service('timeout: 0s'), '`services.db.timeout` must be longer than nothing'],
  [service('ports: 11'), 'services.db.ports'],
  [service('services: [cache]'), '`services.db.services`: there is no service `cache`; there are db'],
  [service('services: [db]'), '`services` wait for each other: db, then db'],
  [
    `${service('services: [api]')}  api: { start: x, services: [db] }\n`,
    '`services` wait for each other: db, then api, then db',
  ],
  [service('env: { BATON_PORT: "1" }'), '`BATON_PORT` is set by Baton'],
  [service('env: { "a b": "1" }'), "`a b` can't be the name of a variable"],
  [service('env: { URL: $PORT }'), '`services.db.env.URL` has `$PORT`: only $BATON_PORT'],
  [
    `${service('env: { URL: a }')}  api: { start: x, env: { URL: b } }\n`,
    '`services.db` and `services.api` both set `URL`',
  ],
  [
    `${service('')}gates:\n  security: { run: x, metric: m, max: 0, services: [bd] }\n`,
    '`gates.security.services`: there is no service `bd`: did you mean `db`?',
  ],
  [
    'gates:\n  security: { run: x, metric: m, max: 0, services: [db] }\n',
    'there is no service `db`; none are configured',
  ],
])('%j is refused by name', (added, message) => {
  expect(problemsOf(BASE + added)).toContain(message);
});

it("a service's variables have its own port, number and folder", () => {
  const lane = { port: 22_040, slot: 2, folder: '/tmp/slot' };
  const env = {
    A: 'h:$BATON_PORT',
    B: ['$', '{BATON_TMP}/s'].join(''),
    C: '$((BATON_PORT + 3))',
    D: '$$BATON_SLOT',
  };
  expect(valuesOf(env, lane)).toEqual({
    A: 'h:22040',
    B: '/tmp/slot/s',
    C: '22043',
    D: '$BATON_SLOT',
  });
  expect(toldOf('my-db', lane)).toEqual({
    BATON_SERVICE_MY_DB_PORT: '22040',
    BATON_SERVICE_MY_DB_TMP: '/tmp/slot',
  });
});
