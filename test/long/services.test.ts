import { expect, it } from 'vitest';
import { placeOnPath } from '../../src/processes/on-path.ts';
import { packetOf, Workplace } from '../work/judged/workplace.ts';

const programs = ['initdb', 'postgres', 'psql', 'unshare'];
const places = await Promise.all(programs.map((name) => placeOnPath(name)));
// PostgreSQL refuses to run as root; in Baton's sandbox root stays root.
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? 'unshare --map-user=1000 --map-group=1000 ' : '';
const START =
  `${asUser}initdb -D "$BATON_TMP/data" -U app -A trust --no-sync >/dev/null && ` +
  `exec ${asUser}postgres -D "$BATON_TMP/data" -k "$BATON_TMP" -p "$BATON_PORT" -c fsync=off`;

it.skipIf(places.includes(undefined))(
  'PostgreSQL is there for three packets that want the same database, by its port and by its socket',
  async () => {
    const here = await Workplace.open({
      sandbox: isRoot ? 'off' : 'on',
      config: {
        services: {
          postgres: {
            start: START,
            ready: 'psql -c "select 1"',
            stop: `${asUser}pg_ctl -D "$BATON_TMP/data" -m fast stop`,
            env: { PGHOST: '127.0.0.1', PGPORT: '$BATON_PORT', PGUSER: 'app', PGDATABASE: 'postgres' },
          },
        },
        checks: {
          test: 'psql -v ON_ERROR_STOP=1 -c "create table users (id int)" && PGHOST=$BATON_SERVICE_POSTGRES_TMP psql -c "select * from users"',
        },
      },
    });
    const told: string[] = [];
    here.shop.tell = (line) => void told.push(line);
    await here.begin();
    await here.baseline();
    const names = ['one', 'two', 'three'];
    for (const name of names) await here.write(name, { [`src/${name}.txt`]: name });
    const results = await Promise.all(names.map((name) => here.verify(packetOf(name))));
    for (const { checks } of results) expect(checks).toMatchObject([{ passed: true, exitCode: 0 }]);
    expect(results.flatMap(({ checks }) => checks.flatMap(({ flaky = [] }) => flaky))).toEqual([]);
    expect(told).toEqual([]);
  },
);

it('a service that dies in the background is found by its ready command', async () => {
  const here = await Workplace.open({
    config: {
      services: {
        db: {
          start: 'node server.mjs & echo $! > {dir}/pid',
          ready: 'test "$(cat {dir}/pid)" != dead && kill -0 "$(cat {dir}/pid)"',
        },
      },
      checks: { test: 'kill "$(cat {dir}/pid)"; echo dead > {dir}/pid; exit 1' },
    },
    files: { 'server.mjs': 'setInterval(() => {}, 1000)' },
  });
  await here.begin();
  const error = await here.baseline().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ type: 'ServiceFailed' });
  // Its start command may end while it is killed, and is asked about then.
  expect(String(error)).toMatch(
    /services\.db (?:was ready, and is not any more|ended with exit code 0 while it was used)/,
  );
});
