// An agent of Baton's protocol with nothing but Node.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
/** The next line of standard input; Baton closes it when the run is over. */
const hear = async () => JSON.parse((await lines.next()).value);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

/** Has Baton commit the tree and run the test; tells whether it passed. */
async function checkpoint(message) {
  say({ type: 'checkpoint', message, run: ['test'] });
  const { checks } = await hear();
  return checks.every(({ passed }) => passed);
}

const writeTest = (greeting) =>
  writeFileSync('greet-test.sh', `#!/bin/sh\n[ "$(sh ./greet.sh Ada)" = "${greeting}, Ada" ]\n`);

async function work({ resume }, memory) {
  if (resume === null) {
    say({ type: 'progress', percent: 20, note: 'writes the failing test' });
    writeTest('Hello');
    if (await checkpoint('RED: greets by name'))
      return { status: 'failed', reason: 'the test passes without code' };
    const question = { text: 'Which greeting?', options: ['Hello', 'Hi'], recommended: 'Hello' };
    return { status: 'blocked', question };
  }
  if (resume.answer !== null) writeFileSync(memory, JSON.stringify({ greeting: resume.answer }));
  const { greeting } = existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : { greeting: 'Hello' };
  say({ type: 'progress', percent: 60, note: 'writes the code' });
  writeFileSync('greet.sh', `echo "${greeting}, $1"\n`);
  writeTest(greeting);
  if (!(await checkpoint('GREEN: greets by name')))
    return { status: 'failed', reason: 'the test is still red' };
  return { status: 'done', summary: 'Greets by name.', decisions: [`The greeting is ${greeting}.`] };
}

const task = await hear();
const session = task.resume?.sessionId ?? `greeter-${randomUUID()}`;
say({ type: 'session', id: session });
// HOME is the agent's own, and the same in all its runs.
const result = await work(task, join(homedir(), `${session}.json`));
say({ type: 'usage', inputTokens: 0, outputTokens: 0, costUsd: 0 });
say({ type: 'result', result });
input.close();
