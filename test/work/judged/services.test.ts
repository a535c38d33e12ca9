import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { serviceLogFile } from '../../../src/homes/service-files.ts';
import { sandboxProblem } from '../../../src/sandbox/probe.ts';
import { baseline } from '../../../src/work/feature-files.ts';
import { waitUntilGone } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { packetOf, Workplace } from './workplace.ts';

/**
 * A small database: it keeps rows in a folder that has to be empty at its start, `get` and `put` speak to it, and `die` ends
 * it. It takes a moment until it listens, so whoever doesn't wait for it meets nothing.
 */
const DATABASE = `
import { existsSync, mkdirSync, readFileSync, appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
const folder = process.env.BATON_TMP + '/data';
if (existsSync(folder)) throw new Error('the folder is not empty');
mkdirSync(folder);
const file = folder + '/rows';
console.log('rows are in', folder);
setTimeout(() => createServer((socket) => {
  socket.setEncoding('utf8').on('error', () => {}).on('data', (text) => {
    if (text.startsWith('die')) { console.error('out of memory'); process.exit(3); }
    if (text.startsWith('put')) appendFileSync(file, text.slice(4));
    socket.end(existsSync(file) ? readFileSync(file, 'utf8') : 'empty\\n');
  });
}).listen(process.env.BATON_PORT, '127.0.0.1'), 200);
`;
const CLIENT = `
import { connect } from 'node:net';
const [, port] = process.env.DATABASE.split(':');
const socket = connect(Number(port), '127.0.0.1', () => socket.write(process.argv.slice(2).join(' ') + '\\n'));
socket.setEncoding('utf8').on('data', (text) => process.stdout.write(text)).on('error', (error) => { console.error(error.message); process.exit(1); });
`;
const files = {
  'database.mjs': DATABASE,
  'client.mjs': CLIENT,
  'evidence.sh': 'node client.mjs get && echo "$DATABASE" >> {dir}/evidence.said\n',
};
const env = { DATABASE: '127.0.0.1:$BATON_PORT' };
const db = { start: 'node database.mjs', env };

/** Notes what it finds in the database, then writes its packet's name: only an empty one is right. */
const MIGRATES = `out=$(node client.mjs get) && echo "$BATON_PACKET $out" >> {dir}/found && test "$out" = empty && node client.mjs put $BATON_PACKET`;

const open = (config: Partial<ConfigDraft>, sandbox: 'on' | 'off' = 'off') =>
  Workplace.open({
    config: { services: { db }, sandbox: { write: ['{dir}'] }, ...config },
    files,
    sandbox,
  });

const logOf = (here: Workplace, tree: string, service = 'db') =>
  readFileSync(
    serviceLogFile(here.shop.home.paths, { feature: here.site.ref.feature, tree, service }),
    'utf8',
  );

const sealed = await sandboxProblem();

describe.each([
  ['without sandboxes', 'off', undefined],
  ['in sandboxes', 'on', sealed],
] as const)('services %s', (_, sandbox, problem) => {
  it.skipIf(problem !== undefined)(
    'give each of three packets a database of its own, and all are green in their first round',
    async () => {
      const here = await open({ checks: { test: MIGRATES } }, sandbox);
      await here.begin();
      await here.baseline();
      const names = ['one', 'two', 'three'];
      for (const name of names) await here.write(name, { [`src/${name}.txt`]: name });
      const results = await Promise.all(names.map((name) => here.verify(packetOf(name))));
      for (const { checks } of results) expect(checks).toMatchObject([{ name: 'test', passed: true }]);
      expect(results.flatMap(({ checks }) => checks.flatMap(({ flaky = [] }) => flaky))).toEqual([]);
      const found = ((await here.tiny.read('found')) ?? '').trim().split('\n').sort();
      expect(found).toEqual(['integration empty', 'one empty', 'three empty', 'two empty']);
      expect(logOf(here, 'one--proof')).toMatch(/rows are in[\s\S]*ready/);
    },
  );

  it.skipIf(problem !== undefined)(
    'are one a tree for the checks that follow each other, begin empty with each measurement, and leave nothing',
    async () => {
      const more = 'node client.mjs get >> {dir}/second';
      const here = await open({ checks: { test: MIGRATES, second: more } }, sandbox);
      await here.begin();
      await here.baseline();
      for (const text of ['a', 'b']) {
        await here.write('one', { 'src/one.txt': text });
        const { checks } = await here.verify(packetOf('one'));
        expect(checks.map(({ passed }) => passed)).toEqual([true, true]);
      }
      expect(await here.tiny.read('second')).toBe('integration\none\none\n');
      const [, folder = ''] = /rows are in (\S+)/.exec(logOf(here, 'one--proof')) ?? [];
      expect(folder).not.toBe('');
      expect(existsSync(path.dirname(folder))).toBe(false);
    },
  );

  it.skipIf(problem !== undefined)('begin in the root of the feature, as its checks do', async () => {
    const root = 'packages/api';
    const inRoot = Object.entries(files).map(([name, text]) => [`${root}/${name}`, text]);
    const here = await Workplace.open({
      config: { root, services: { db }, checks: { test: 'node client.mjs get' } },
      files: Object.fromEntries(inRoot),
      sandbox,
    });
    await here.begin();
    expect((await here.baseline()).checks).toMatchObject([{ name: 'test', passed: true }]);
  });
});

describe('who uses a service', () => {
  it('is every check, gate and command of evidence, unless it names others; the set-up if it names it', async () => {
    const says = (name: string) => `echo "$DATABASE" >> {dir}/${name}.said`;
    const here = await open({
      checks: {
        setup: { run: `node client.mjs get && ${says('setup')}`, services: ['db'] },
        test: says('test'),
        lint: { run: says('lint'), services: [] },
      },
      gates: {
        security: { run: `${says('gate')}; node client.mjs get >&2; echo '{"n": 0}'`, metric: 'n', max: 0 },
      },
    });
    await here.begin();
    await here.baseline();
    await here.gate('security');
    await here.write('one', { 'src/one.txt': 'one' });
    const criteria = [{ text: 'it works', evidence: { command: 'sh evidence.sh' } }];
    await here.verify(packetOf('one', { criteria }));
    for (const name of ['setup', 'test', 'gate', 'evidence'])
      expect(await here.tiny.read(`${name}.said`)).toMatch(/^127\.0\.0\.1:\d{5}$/m);
    expect(await here.tiny.read('lint.said')).toMatch(/^\n+$/);
  });

  it('may be another service', async () => {
    const api = {
      start: `node client.mjs put api && exec node -e "require('net').createServer((s)=>s.on('error',()=>{}).end(process.env.DATABASE)).listen(process.env.BATON_PORT)"`,
      services: ['db'],
      env: { API: '$BATON_PORT' },
    };
    const here = await open({
      services: { api, db },
      checks: { test: 'node client.mjs get > {dir}/rows; echo $API > {dir}/port' },
    });
    await here.begin();
    await here.baseline();
    await here.write('one', { 'src/one.txt': 'one' });
    const { checks } = await here.verify(packetOf('one'));
    expect(checks).toMatchObject([{ passed: true }]);
    expect(await here.tiny.read('rows')).toContain('api\n');
    expect(await here.tiny.read('port')).toMatch(/^\d{5}$/m);
  });
});

describe('a service that', () => {
  const failing = async (config: Partial<ConfigDraft>): Promise<{ here: Workplace; message: string }> => {
    const here = await open(config);
    await here.begin();
    const error = await here.baseline().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ type: 'ServiceFailed' });
    return { here, message: (error as Error).message };
  };

  it('ends before it is ready is started twice, and then named with the end of its log', async () => {
    const start = 'echo run >> {dir}/db.runs; echo no such disk >&2; exit 4';
    const { here, message } = await failing({
      services: { db: { start, env } },
      checks: { test: 'true' },
    });
    expect(message).toMatch(
      /services\.db ended with exit code 4 before it was ready\. Its log ends:\nno such disk\n.*no test is to blame/,
    );
    expect(await here.runs('db')).toBe(2);
  });

  it('does not get ready in time is named with what its ready command says', async () => {
    const late = { start: 'sleep 60', ready: 'echo still starting; exit 7', timeout: '1s', env };
    const { message } = await failing({ services: { db: late }, checks: { test: 'true' } });
    expect(message).toMatch(/services\.db was not ready after 1\.0 s: `ready` ends with exit code 7/);
    expect(message).toMatch(/still starting/);
  });

  it('dies while a check uses it makes no test red: it is measured once more, then a person hears of it', async () => {
    const { here, message } = await failing({
      checks: { test: 'echo run >> {dir}/test.runs; node client.mjs die; exit 1' },
    });
    expect(message).toMatch(/services\.db ended with exit code 3 while it was used[\s\S]*out of memory/);
    expect(await here.runs('test')).toBe(2);
  });

  it('runs on after its start command is used, and is ended all the same', async () => {
    const start = 'node database.mjs & echo $! > {dir}/pid';
    const here = await open({ services: { db: { start, env } }, checks: { test: MIGRATES } });
    await here.begin();
    await here.baseline();
    await here.write('one', { 'src/one.txt': 'one' });
    const { checks } = await here.verify(packetOf('one'));
    expect(checks).toMatchObject([{ passed: true }]);
    await waitUntilGone(Number(await here.tiny.read('pid')));
  });

  it('is ready before its start command has ended is not to blame for a red check', async () => {
    const until = (file: string) => `while [ ! -e {dir}/${file} ]; do sleep 0.05; done`;
    const start = `rm -f {dir}/in-use {dir}/started; node database.mjs & ${until('in-use')}; touch {dir}/started`;
    // The command ends a moment after its last word.
    const test = `touch {dir}/in-use; ${until('started')}; sleep 0.5; ${MIGRATES}; exit 3`;
    const here = await open({ services: { db: { start, env } }, checks: { test } });
    await here.begin();
    expect((await here.baseline()).checks).toMatchObject([{ passed: false, exitCode: 3 }]);
  });

  it('was ready and ends by itself with 0 is told of', async () => {
    const start =
      'rm -f {dir}/in-use; node database.mjs & while [ ! -e {dir}/in-use ]; do sleep 0.05; done; kill $!; wait; true';
    const test = 'touch {dir}/in-use; sleep 0.5; exit 3';
    const { message } = await failing({ services: { db: { start, env } }, checks: { test } });
    expect(message).toContain('services.db ended with exit code 0 while it was used');
  });

  it('has a stop command is stopped by that; one that fails is told, and what was measured counts', async () => {
    const told: string[] = [];
    const here = await open({
      services: { db: { ...db, stop: 'echo stop >> {dir}/stop.runs; echo it hangs; exit 5' } },
      checks: { test: 'true' },
    });
    here.shop.tell = (line) => void told.push(line);
    await here.begin();
    await here.baseline();
    await here.write('one', { 'src/one.txt': 'one' });
    const { checks } = await here.verify(packetOf('one'));
    expect(checks).toMatchObject([{ passed: true }]);
    expect(await here.runs('stop')).toBe(2);
    expect(told.slice(1)).toEqual([
      expect.stringMatching(
        /^prefs\/one--proof: services\.db has a `stop` that ended with exit code 5[\s\S]*it hangs/,
      ),
    ]);
    expect(readdirSync(path.join(here.shop.home.paths.dir, 'services'))).toEqual([]);
  });

  it('is being started when its check is cancelled is gone with that', async () => {
    const here = await open({
      services: { db: { start: 'echo $$ > {dir}/pid; exec sleep 300', ready: 'false', env } },
      checks: { test: 'true' },
    });
    await here.begin();
    const abort = new AbortController();
    const running = baseline(here.shop, here.site, abort.signal).catch((reason: unknown) => reason);
    await until('the service is started', async () => (await here.tiny.read('pid')) !== undefined);
    abort.abort(new Error('cancelled'));
    expect(await running).toMatchObject({ message: 'cancelled' });
    await waitUntilGone(Number(await here.tiny.read('pid')));
  });
});
