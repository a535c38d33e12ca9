// An agent on the runner `command` that takes no time: it plans the packets that a script has, and changes what the script says
// for each. Its argument is the script, a JSON file. No model, no dependencies.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const [, , file] = process.argv;
const script = JSON.parse(readFileSync(file, 'utf8'));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const task = JSON.parse((await lines.next()).value);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const done = (more) =>
  say({ type: 'result', result: { status: 'done', summary: 'as the script says', ...more } });

const packet = script.packets.find(({ id }) => id === task.packet?.id);

if (task.packet === null) done({ packets: script.packets.map(({ work, ...plan }) => plan) });
else if (packet === undefined)
  say({ type: 'result', result: { status: 'failed', reason: `the script has no packet ${task.packet.id}` } });
else {
  const { work = {} } = packet;
  for (const [name, text] of Object.entries(work.write ?? {})) {
    mkdirSync(path.dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
  for (const [name, text] of Object.entries(work.append ?? {})) appendFileSync(name, text);
  for (const [name, before, after] of work.replace ?? []) {
    const text = readFileSync(name, 'utf8');
    if (!text.includes(before)) throw new Error(`${name} has no ${before}`);
    writeFileSync(name, text.replace(before, after));
  }
  done({});
}
process.exit(0);
