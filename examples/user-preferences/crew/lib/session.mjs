import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const directory = () => join(process.env.HOME ?? '.', '.scripted-crew');
const fileOf = (id) => join(directory(), `${id}.json`);

/**
 * Opens a session, an earlier one where `resumed` names it. What its steps returned is kept in a file under
 * HOME, so a run that was killed goes on with the step that it was at.
 */
export function openSession(resumed) {
  const known = resumed && /^[\w-]+$/.test(resumed) && existsSync(fileOf(resumed));
  const state = known ? JSON.parse(readFileSync(fileOf(resumed), 'utf8')) : { rounds: {}, round: 'work' };
  const id = known ? resumed : randomUUID();
  const save = () => {
    mkdirSync(directory(), { recursive: true });
    const unfinished = `${fileOf(id)}.new`;
    writeFileSync(unfinished, JSON.stringify(state));
    renameSync(unfinished, fileOf(id));
  };
  save();
  return {
    id,
    round(feedback, delayMs) {
      state.round = roundFor(state, feedback);
      state.rounds[state.round] ??= { steps: {}, finished: false };
      save();
      return steps(state.rounds[state.round].steps, save, delayMs);
    },
    /** The round led to a result: what comes next is other work. */
    finishRound() {
      state.rounds[state.round].finished = true;
      save();
    },
  };
}

/** Feedback that asks for other work opens a round of its own; the same feedback again continues it while it is unfinished. */
function roundFor(state, feedback) {
  const asks = feedback.filter(({ kind }) => kind !== 'note' && kind !== 'advice');
  if (asks.length === 0) return state.round;
  const base = createHash('sha256').update(JSON.stringify(asks)).digest('hex').slice(0, 12);
  let name = base;
  for (let again = 2; state.rounds[name]?.finished; again++) name = `${base}-${again}`;
  return name;
}

function steps(done, save, delayMs) {
  return {
    /** Runs `work` unless an earlier run of this session finished it; resolves to what it returned. */
    async step(name, work) {
      if (name in done) return done[name];
      if (delayMs > 0) await sleep(delayMs);
      const value = (await work()) ?? null;
      done[name] = value;
      save();
      return value;
    },
    has: (name) => name in done,
    get: (name) => done[name],
    note(name, value) {
      done[name] = value;
      save();
    },
  };
}
