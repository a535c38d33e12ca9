import path from 'node:path';
import { expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const from = (file: string) => JSON.stringify(path.resolve(file));
/**
 * An agent whose result is longer than the room that a note takes before its run begins. It says it on a full disk, on
 * which somebody makes room two seconds later.
 */
const PROGRAM = `
  process.env.TMPDIR = '/mnt';
  const { readFileSync, rmSync } = await import('node:fs');
  const { runAgent } = await import(${from('src/work/run-agent.ts')});
  const { tinyConfig, tinyRepository } = await import(${from('test/support/tiny-repository.ts')});
  const { begunFeature } = await import(${from('test/work/run-input.ts')});
  const decisions = Array.from({ length: 40 }, () => 'd'.repeat(490));
  const said = JSON.stringify({ type: 'result', result: { status: 'done', summary: 'all done', decisions } });
  const cli = [
    'echo started >> "$HOME/starts"',
    'echo made > made.txt',
    'dd if=/dev/zero of=/mnt/fill bs=64k 2>/dev/null',
    'echo \\'{"type":"progress","note":"full"}\\'',
    "echo '" + said + "'",
  ];
  const crew = { ...tinyConfig.crew, implement: { runner: 'command', command: ['sh', 'cli.sh'] } };
  const tiny = await tinyRepository({}, { crew }, { 'cli.sh': cli.join('\\n') });
  const { home, shop, site, input } = await begunFeature(tiny, 'full');
  const { signal } = new AbortController();
  const event = ({ type }) => type === 'progress' && setTimeout(() => rmSync('/mnt/fill'), 2000);
  const hooks = { signal, execution: 'execution', event, known: () => undefined };
  const run = () => runAgent(shop, site, input, hooks);
  const { end, commit } = await run();
  const again = await run();
  const starts = readFileSync(home.paths.agentHome('full', 'one') + '/starts', 'utf8');
  const made = await site.repo.readFileAt(commit, 'made.txt');
  const told = [end, again.end].map(({ kind, result }) => [kind, result?.decisions.length]);
  console.log(JSON.stringify({ told, starts, made }));
  process.exit();
`;

it.skipIf(!mayMount)(
  'a long result that comes on a full disk is kept once there is room, and is not asked for again',
  async () => {
    const stdout = await printedOnOwnDisk('192m', PROGRAM);
    const told = ['done', 40];
    expect(JSON.parse(stdout)).toEqual({ told: [told, told], starts: 'started\n', made: 'made\n' });
  },
);
