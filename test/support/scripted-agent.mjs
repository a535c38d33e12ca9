// An agent on the runner `command` that does what `agents/script.json` says: for each packet (or `design`) a list
// of runs, each a list of steps. No model, no dependencies. Its session is a file in its HOME.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const task = await next();
const name = task.packet?.id ?? 'design';
// Beside it if it begins elsewhere than at the top of the repository.
const here = 'agents/script.json';
const beside = existsSync(here) ? here : new URL('script.json', import.meta.url);
const script = JSON.parse(readFileSync(beside, 'utf8'));
const runs = script[name] ?? script['*'];
const sessions = path.join(process.env.HOME, 'sessions');
mkdirSync(sessions, { recursive: true });
const id = task.resume?.sessionId ?? `${name}-${process.pid}`;
const file = path.join(sessions, id);
say({ type: 'session', id });
// The steps of this run that an earlier, killed process of the same session has done already.
const done = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const key = String(task.attempt);
const steps = runs[Math.min(task.attempt, runs.length) - 1];
appendFileSync(script.log, `${JSON.stringify(task)}\n`);
if (process.env.BATON_TEST_TASKS)
  appendFileSync(
    process.env.BATON_TEST_TASKS,
    `${JSON.stringify({ feature: task.feature.id, name, attempt: task.attempt, resume: task.resume, feedback: task.feedback, from: done[key] ?? 0 })}\n`,
  );
const fill = (text) =>
  text
    .replaceAll('{answer}', task.resume?.answer ?? '')
    .replaceAll('{feedback}', task.feedback.map(({ text: said }) => said).join('; '));

for (let at = done[key] ?? 0; at < steps.length; at++) {
  const step = steps[at];
  for (const [to, content] of Object.entries(step.write ?? {})) {
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, fill(content));
  }
  for (const [to, content] of Object.entries(step.append ?? {})) appendFileSync(to, fill(content));
  for (const gone of step.remove ?? []) rmSync(gone, { force: true });
  if (step.exec) execFileSync('sh', ['-c', step.exec], { stdio: 'ignore' });
  if (step.progress) say({ type: 'progress', ...step.progress });
  if (step.usage) say({ type: 'usage', ...step.usage });
  // Tells a test that it is here, and goes on when the test lets it.
  if (step.hold) {
    const hold = step.hold.replaceAll('{feature}', task.feature.id);
    writeFileSync(`${hold}.reached`, String(process.pid));
    while (!existsSync(`${hold}.release`)) await sleep(20);
  }
  if (step.checkpoint) {
    say({ type: 'checkpoint', ...step.checkpoint });
    await next();
  }
  // Log without an event in it, for ever.
  while (step.flood) if (!process.stdout.write(`${'x'.repeat(10_000)}\n`)) await sleep(1);
  if (step.exit !== undefined) process.exit(step.exit);
  if (step.silent) await sleep(600_000);
  done[key] = at + 1;
  writeFileSync(file, JSON.stringify(done));
  if (step.result) say({ type: 'result', result: JSON.parse(fill(JSON.stringify(step.result))) });
}
