import { describe, expect, it } from 'vitest';
import type { VerifyResult } from '../../../src/domain/activities.ts';
import { packetOf, Workplace } from './workplace.ts';

/**
 * Fails at once if another one is at work with the same database file, as a test does that opens one port. The first
 * two runs wait for each other, so that they are at work at the same time for certain.
 */
const ONE_AT_A_TIME = `
echo run >> {dir}/$1.runs
touch {dir}/$1.came.$BATON_PACKET
n=0
while [ -n "$2" ] && [ "$(ls {dir}/$1.came.* | wc -l)" -lt "$2" ]; do n=$((n+1)); [ $n -gt 300 ] && exit 9; sleep 0.1; done
mkdir {dir}/$1.lock || exit 1
sleep 0.3
rmdir {dir}/$1.lock
`;

const place = (checks: object, more: object = {}) =>
  Workplace.open({
    config: { checks: { test: 'true', ...checks } as never, ...more },
    files: { 'one-at-a-time.sh': ONE_AT_A_TIME },
  });

const allAtOnce = async (here: Workplace, names: readonly string[]): Promise<VerifyResult[]> => {
  await here.begin();
  for (const name of names) await here.write(name, { [`src/${name}.txt`]: name });
  return Promise.all(names.map((name) => here.verify(packetOf(name))));
};
const THREE = ['one', 'two', 'three'];

describe('packets whose checks get in each other’s way', () => {
  it('are green in their first round, each having been measured once more alone', async () => {
    const here = await place({ db: { run: 'sh one-at-a-time.sh db 3' } });
    const results = await allAtOnce(here, THREE);
    const checks = results.map(({ checks }) => checks.find(({ name }) => name === 'db'));
    expect(checks.map((check) => check?.passed)).toEqual([true, true, true]);
    // One of the three had the file, and the others met it.
    const flaky = checks.filter((check) => check?.flaky?.includes('(the whole check)'));
    expect(flaky.length).toBeGreaterThan(0);
  });

  it('are green at once if the check is exclusive, since then no two run at a time', async () => {
    const db = { run: 'sh one-at-a-time.sh db', exclusive: 'db' };
    const here = await place({
      db,
      beside: { ...db, alongside: true },
      self: { run: 'sh one-at-a-time.sh self', exclusive: true },
    });
    const results = await allAtOnce(here, ['one', 'two']);
    for (const { checks } of results) {
      expect(checks.map(({ passed }) => passed)).toEqual([true, true, true, true]);
      expect(checks.flatMap(({ flaky = [] }) => flaky)).toEqual([]);
    }
  });

  it('stay red if they are red alone as well, and are measured twice at most', async () => {
    const here = await place({ bad: 'echo run >> {dir}/bad.runs; exit 1' });
    await here.begin();
    await here.baseline();
    const before = await here.runs('bad');
    const results = await allAtOnce(here, ['one', 'two']);
    for (const { checks } of results)
      expect(checks.find(({ name }) => name === 'bad')).toMatchObject({ passed: false });
    expect(await here.runs('bad')).toBe(before + 4);
  });

  it('have their gates and commands of evidence measured once more alone, too', async () => {
    const here = await place(
      {},
      {
        gates: Object.fromEntries(
          ['security', 'performance'].map((name) => [
            name,
            {
              run: `BATON_PACKET=${name} sh one-at-a-time.sh gate 2 && echo '{"n": 0}'`,
              metric: 'n',
              max: 0,
            },
          ]),
        ),
      },
    );
    await here.begin();
    const gates = await Promise.all([here.gate('security'), here.gate('performance')]);
    expect(gates.map(({ outcome }) => outcome)).toEqual(['met', 'met']);
    const evidence = { command: 'sh one-at-a-time.sh evidence 2' };
    for (const name of ['one', 'two']) await here.write(name, { [`src/${name}.txt`]: name });
    const criteria = [{ text: 'it works', evidence }];
    const results = await Promise.all(
      ['one', 'two'].map((name) => here.verify(packetOf(name, { criteria }))),
    );
    // Whether it held before the work is another matter: here it did.
    for (const { criteria: found } of results) expect(found[0]?.reason).not.toMatch(/exited with 1/);
  });
});

describe('what runs beside others', () => {
  it('has ports, a number and a folder of its own: checks, evidence, gates and the set-up', async () => {
    const said =
      'printf "%s " $BATON_SLOT $BATON_PORT $BATON_PORTS "$BATON_TMP" "$TMPDIR"; test -d "$BATON_TMP"';
    const line = (name: string) => `{ ${said}; } >> {dir}/${name}.said && echo >> {dir}/${name}.said`;
    const here = await Workplace.open({
      config: {
        checks: { setup: 'sh say.sh setup', test: 'sh say.sh test' },
        gates: { security: { run: `sh say.sh gate && echo '{"n": 0}'`, metric: 'n', max: 0 } },
      },
      files: { 'say.sh': `set -e\n${line('$1')}\n` },
    });
    await here.begin();
    await here.gate('security');
    await here.write('one', { 'src/one.txt': 'one' });
    const criteria = [{ text: 'it works', evidence: { command: 'sh say.sh evidence' } }];
    await here.verify(packetOf('one', { criteria }));
    for (const name of ['setup', 'test', 'gate', 'evidence'])
      expect(await here.tiny.read(`${name}.said`)).toMatch(/^\d+ \d{5} 10 (\/\S+) \1 $/m);
  });
});
