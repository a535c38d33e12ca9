import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { noteService, servicesLeft } from '../../src/homes/service-files.ts';
import { stopLeftServices } from '../../src/work/left-services.ts';
import { runAgent } from '../../src/work/run-agent.ts';
import { tinyRepository } from '../support/tiny-repository.ts';
import { begunFeature } from './run-input.ts';

/** Notes what leads it to its service and what that says, and gives a result; it first waits for the file that it may be told. */
const AGENT = `
import { existsSync, appendFileSync } from 'node:fs';
import { connect } from 'node:net';
let input = '';
process.stdin.setEncoding('utf8').on('data', (text) => { input += text; if (input.includes('\\n')) work(JSON.parse(input.split('\\n')[0])); }).on('end', () => process.exit());
let begun = false;
function work(task) {
  if (begun) return;
  begun = true;
  const told = /these variables lead to them: (.*?)\\. /.exec(task.instructions)?.[1];
  const socket = connect(process.env.BATON_SERVICE_DB_PORT, '127.0.0.1');
  socket.setEncoding('utf8').on('data', (said) => {
    appendFileSync('{dir}/seen', JSON.stringify({ told, said, url: process.env.URL }) + '\\n');
    if (said === 'dying') return;
    console.log(JSON.stringify({ type: 'result', result: { status: 'done', summary: 'done', decisions: [], constraints: [], pendingActions: [], evidence: [] } }));
  });
}
`;
/** Says hello to the first, and ends a moment after it greeted anybody if it is to die. */
const SERVER = `
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
const dies = existsSync('{dir}/dies');
createServer((socket) => {
  socket.on('error', () => {}).write(dies ? 'dying' : 'hello');
  if (dies) setTimeout(() => { console.error('disk is gone'); process.exit(9); }, 300);
}).listen(process.env.BATON_PORT, '127.0.0.1');
`;

it('an agent has its service before it begins, and is told what leads to it; if that dies, its run ends and nobody pays for more', async () => {
  const role = { runner: 'command' as const, command: ['node', 'agents/own.mjs'] };
  const tiny = await tinyRepository(
    {},
    {
      crew: { design: role, implement: role, test: role, deploy: role },
      // Whoever connects to ask whether it is there would have it die.
      services: {
        db: { start: 'node server.mjs', ready: 'sleep 0.5', env: { URL: 'db:$BATON_PORT' } },
      },
    },
    { 'agents/own.mjs': AGENT, 'server.mjs': SERVER },
  );
  const { home, shop, site, input } = await begunFeature(tiny, 'served');
  onTestFinished(() => home.release());
  const hooks = {
    signal: new AbortController().signal,
    execution: 'execution',
    event: () => undefined,
    known: () => undefined,
  };
  await tiny.put('dies', '');
  const error = await runAgent(shop, site, input, hooks).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ type: 'ServiceFailed' });
  expect(String(error)).toMatch(/services\.db ended with exit code 9 while it was used[\s\S]*disk is gone/);
  rmSync(path.join(tiny.dir, 'dies'));
  const { end } = await runAgent(shop, site, input, hooks);
  expect(end).toMatchObject({ kind: 'done' });
  const seen = readFileSync(path.join(tiny.dir, 'seen'), 'utf8').trim().split('\n');
  expect(seen.map((line) => JSON.parse(line))).toMatchObject([{ said: 'dying' }, { said: 'hello' }]);
  expect(JSON.parse(seen[1] ?? '')).toMatchObject({
    told: 'URL, BATON_SERVICE_DB_PORT, BATON_SERVICE_DB_TMP',
    url: expect.stringMatching(/^db:\d{5}$/),
  });
});

it('a service that a killed worker left is stopped by its own stop command at the next start', async () => {
  const tiny = await tinyRepository({});
  const { home } = await begunFeature(tiny, 'left');
  onTestFinished(() => home.release());
  const note = { setting: 'services.db', cwd: tiny.repo, env: { BATON_SLOT: '7' } };
  await noteService(home.paths, { ...note, stop: `echo $BATON_SLOT >> ${tiny.dir}/stopped` });
  await noteService(home.paths, { ...note, stop: 'echo no such container >&2; exit 1' });
  expect(await stopLeftServices(home)).toEqual([
    expect.stringMatching(
      /^services\.db, which a former worker left, could not be stopped: .* ended with exit code 1\. no such container/,
    ),
  ]);
  expect(await tiny.read('stopped')).toBe('7\n');
  expect(await servicesLeft(home.paths)).toEqual([]);
});
