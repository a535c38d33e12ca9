// A scripted model as a process: node --import tsx test/support/scripted-model/main.ts SCRIPT.mjs [REQUESTS.jsonl]
// SCRIPT.mjs exports the function `answer`; see Script in model-turn.ts. The first line of standard output is the address.
// With REQUESTS.jsonl each turn is appended there when it comes. SIGTERM or SIGINT ends it.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Script } from './model-turn.ts';
import { ScriptedModel } from './server.ts';

const [file, log] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: main.ts SCRIPT.mjs [REQUESTS.jsonl]');
const { answer } = (await import(pathToFileURL(path.resolve(file)).href)) as { readonly answer?: Script };
if (typeof answer !== 'function') throw new Error(`${file} exports no function \`answer\``);

const model = await ScriptedModel.start((turn) => {
  const { signal: _, ...said } = turn;
  if (log !== undefined) appendFileSync(log, `${JSON.stringify(said)}\n`);
  return answer(turn);
});
process.stdout.write(`${model.url}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void model.close());
