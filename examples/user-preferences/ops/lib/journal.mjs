import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { environment, operationId } from './inputs.mjs';
import { withLock } from './lock.mjs';
import { inState, readEnvironment } from './state.mjs';

const file = () => inState('operations.jsonl');

const entries = () =>
  existsSync(file())
    ? readFileSync(file(), 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line))
    : [];

const note = (entry) =>
  appendFileSync(file(), `${JSON.stringify({ ...entry, time: new Date().toISOString() })}\n`);

/**
 * Does `work` once for an operation id. Called again with the same id, it changes nothing and returns what was
 * recorded; an operation that was killed before it was recorded is done again, which each of them bears.
 */
export function once(what, details, work) {
  const operation = operationId();
  const entry = { operation, what, environment: environment(), ...details };
  readEnvironment(entry.environment);
  return withLock(entry.environment, async () => {
    const done = entries().find((known) => known.operation === operation && known.applied);
    if (done) {
      note({ ...entry, repeated: true });
      return done.result;
    }
    const result = await work(entry.environment);
    note({ ...entry, applied: true, result });
    return result;
  });
}
