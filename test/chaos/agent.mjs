// The agent of the reference feature, on the runner `command`. It remembers in its session what it has done, whichever
// run did it, so that a resumed session repeats nothing; and it writes down every step with an end outside of its tree
// (BATON_CHAOS_JOURNAL): work that was paid for. No model, no dependencies.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const task = await next();
const name = task.packet?.id ?? 'design';
const sessions = path.join(process.env.HOME, 'sessions');
mkdirSync(sessions, { recursive: true });
const session = task.resume?.sessionId ?? `${name}-${process.pid}`;
const file = path.join(sessions, session);
const note = (what, more = {}) =>
  appendFileSync(
    process.env.BATON_CHAOS_JOURNAL,
    `${JSON.stringify({ feature: task.feature.id, packet: name, session, what, ...more })}\n`,
  );
const memory = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { done: [] };
say({ type: 'session', id: session, confirm: true });
// What is done before Baton has noted the session is done again if its worker dies.
await next();
const told = task.feedback.map(({ kind }) => kind);
note('begins', { resumed: task.resume !== null, told, answer: task.resume?.answer ?? null });

/** A step that this session does once. Its work takes a moment, so that it can be killed in it. */
const step = async (what, work) => {
  if (memory.done.includes(what)) return;
  await sleep(150);
  await work();
  memory.done.push(what);
  // Whole or not at all, also on a full disk.
  writeFileSync(`${file}.new`, JSON.stringify(memory));
  renameSync(`${file}.new`, file);
  note('step', { step: what });
};
const write = (to, text) => {
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, text);
};
const checkpoint = async (message) => {
  say({ type: 'checkpoint', message, run: ['test'] });
  await next();
};
const result = (more) =>
  say({ type: 'result', result: { status: 'done', summary: `${name} added`, ...more } });
const test = () => write(`tests/${name}-is-there.sh`, `grep -q ${name} src/${name}.txt\n`);

if (name === 'design') {
  await step('document', () => write('docs/design.md', '# Design\nA file for each packet.\n'));
  result({ packets: JSON.parse(readFileSync('agents/packets.json', 'utf8')) });
} else if (name === 'asks') {
  await step('test', test);
  const answer = task.resume?.answer ?? null;
  if (answer === null && !memory.done.includes('answered')) {
    note(memory.asked ? 'asks-again' : 'asks');
    writeFileSync(file, JSON.stringify({ ...memory, asked: true }));
    say({
      type: 'result',
      result: {
        status: 'blocked',
        question: { text: 'Which?', options: ['blue', 'red'], recommended: 'blue' },
      },
    });
  } else {
    await step('answered', () => write('src/asks.txt', `asks ${answer}\n`));
    result();
  }
} else if (name === 'mends') {
  await step('test', test);
  const red = told.includes('check');
  await step('work', () => write('src/mends.txt', 'mends FORBIDDEN\n'));
  if (red || memory.done.includes('mended')) await step('mended', () => write('src/mends.txt', 'mends\n'));
  else note('hands-in-red');
  result();
} else if (name === 'page') {
  await step('test', test);
  await step('mock', () => write('src/page.txt', 'page on a mock\n'));
  if (told.includes('swap'))
    await step('swapped', () => write('src/page.txt', `page on ${readFileSync('src/api.txt', 'utf8')}`));
  result();
} else {
  await step('test', test);
  await step('red', () => checkpoint('RED: the file is missing'));
  await step('work', () => write(`src/${name}.txt`, `${name}\n`));
  await step('green', () => checkpoint('GREEN: the file is there'));
  result();
}
