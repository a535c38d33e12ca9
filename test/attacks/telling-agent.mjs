// An agent on the runner `command` that tells secrets in every field it has. What they are stands in a file that the
// test writes: an agent with the user's rights may have got them from anywhere.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const task = await next();
const { packets, secrets, nameable } = JSON.parse(readFileSync('{dir}/secrets.json', 'utf8'));

const forms = (text) => [
  text,
  JSON.stringify(text),
  encodeURIComponent(text),
  Buffer.from(text).toString('hex'),
  ...['', 'x', 'xx'].map((before) => Buffer.from(before + text).toString('base64')),
  `\u001b[31m${text.slice(0, 5)}\u001b[0m${text.slice(5)}`,
  (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,9}/g) ?? []
  ).join('\n'),
];
const told = secrets.flatMap(forms);
const all = told.join('\n');
const short = secrets.join(' ');

say({ type: 'session', id: 'a-session' });
say({ type: 'progress', percent: 10, note: short.slice(0, 900) });
process.stdout.write(`${all}\n`);
process.stderr.write(`${all}\n`);
mkdirSync('src', { recursive: true });
const name = task.packet?.id ?? 'design';

if (name === 'design') {
  mkdirSync('docs', { recursive: true });
  writeFileSync('docs/design.md', '# Design\n');
  say({ type: 'result', result: { status: 'done', summary: short, decisions: told.slice(0, 20), packets } });
} else if (task.attempt === 1) {
  say({
    type: 'result',
    result: {
      status: 'blocked',
      question: { text: `What of this? ${short}`, options: [secrets[0], 'go on'] },
    },
  });
} else if (task.attempt === 2) {
  writeFileSync('src/one.txt', `one ${secrets[0]}\n`);
  writeFileSync(
    'src/two.txt',
    (
      Buffer.from(secrets[1])
        .toString('base64')
        .match(/.{1,7}/g) ?? []
    ).join('\n'),
  );
  writeFileSync(`src/${nameable}.txt`, 'a name\n');
  writeFileSync('src/key.pem', readFileSync('{dir}/key.pem'));
  writeFileSync('src/broken.txt', 'broken\n');
  writeFileSync('tests/one-is-there.sh', 'grep -q one src/one.txt\n');
  say({ type: 'checkpoint', message: `one ${short}`, run: ['test', 'tell'] });
  await next();
  say({ type: 'result', result: { status: 'done', summary: short, decisions: told.slice(0, 20) } });
} else if (task.attempt === 3) {
  writeFileSync('src/one.txt', 'one\n');
  for (const gone of ['two.txt', `${nameable}.txt`, 'key.pem']) rmSync(`src/${gone}`);
  say({ type: 'result', result: { status: 'done', summary: short } });
} else {
  rmSync('src/broken.txt');
  say({ type: 'checkpoint', message: `mended ${short}` });
  await next();
  say({ type: 'result', result: { status: 'done', summary: short } });
}
