import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Said along the way: they ask for no other work. */
const ASIDE = ['note', 'advice'];

const directory = () => join(process.env.HOME ?? '.', '.scripted-crew');
const fileOf = (id) => join(directory(), `${id}.json`);

/**
 * Opens a session, an earlier one where `resumed` names it. What its steps returned is kept in a file under HOME, so
 * that a run which was ended in the middle goes on with the step it was at.
 */
export function openSession(resumed) {
  const known = resumed !== undefined && /^[\w-]+$/.test(resumed) && existsSync(fileOf(resumed));
  const id = known ? resumed : randomUUID();
  const state = known ? JSON.parse(readFileSync(fileOf(id), 'utf8')) : { round: 'work', rounds: {} };
  const round = () => {
    state.rounds[state.round] ??= { steps: {}, finished: false };
    return state.rounds[state.round];
  };
  const save = () => {
    mkdirSync(directory(), { recursive: true });
    writeFileSync(`${fileOf(id)}.new`, JSON.stringify(state));
    renameSync(`${fileOf(id)}.new`, fileOf(id));
  };
  save();
  return {
    id,
    /** Feedback that asks for other work begins a round of its kind; answers which: `work`, `swap`, `check`, … */
    begin(feedback) {
      const kind = feedback.map((one) => one.kind).find((one) => !ASIDE.includes(one));
      if (kind !== undefined) {
        state.round = kind;
        for (let again = 2; state.rounds[state.round]?.finished; again++) state.round = `${kind} ${again}`;
        save();
      }
      return kind ?? state.round.split(' ')[0];
    },
    /** Runs `work` unless an earlier run of this round finished it; resolves to what it returned. */
    async step(name, work) {
      const { steps } = round();
      if (!(name in steps)) {
        steps[name] = (await work()) ?? null;
        save();
      }
      return steps[name];
    },
    /** What a person said, once it was said: a run that was killed after it isn't told again. */
    keep(name, said) {
      const { steps } = round();
      if (said !== undefined && !(name in steps)) {
        steps[name] = said;
        save();
      }
      return steps[name];
    },
    finishRound() {
      round().finished = true;
      save();
    },
  };
}
