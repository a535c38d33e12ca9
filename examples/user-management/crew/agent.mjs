#!/usr/bin/env node
import { connect } from './lib/baton.mjs';
import { openSession } from './lib/session.mjs';
import * as tree from './lib/tree.mjs';
import { backendArchitect } from './roles/backend-architect.mjs';
import { packetWorker, Refusal } from './roles/packet-worker.mjs';

// A scripted agent behind Baton's agent protocol. It follows a recipe and calls no model.
const ROLES = {
  'backend-architect': backendArchitect,
  'tdd-typescript': packetWorker,
  'test-generator': packetWorker,
};

const baton = connect(process.stdin, process.stdout);
const task = await baton.task();
const session = openSession(task.resume?.sessionId);
baton.send({ type: 'session', id: session.id });
baton.send({ type: 'usage', inputTokens: 0, outputTokens: 0, costUsd: 0 });

const result = await work().catch((error) => {
  if (!(error instanceof Refusal)) throw error;
  return { status: 'failed', reason: error.message };
});
// A question's answer comes back to the same round.
if (result.status !== 'blocked') session.finishRound();
baton.send({ type: 'result', result });
baton.close();

async function work() {
  const role = ROLES[task.role];
  if (!role)
    throw new Refusal(`the scripted crew has no ${task.role}: it knows ${Object.keys(ROLES).join(', ')}`);
  const advice = task.feedback.filter(({ kind }) => kind === 'advice').map(({ text }) => text);
  return role({
    task,
    tree,
    session,
    round: session.begin(task.feedback),
    /** A person's answer to this session's question, and advice that was not asked for; undefined without. */
    answer: task.resume?.answer ?? undefined,
    advice: advice.at(-1),
    // Said with every step: whoever looks at a packet sees one of them only.
    progress: (note, percent) => baton.progress(`scripted: ${note}`, percent),
    /** Has Baton commit the tree and run the tests of this packet, once a round. */
    measure: (message) => session.step(`measure: ${message}`, () => baton.measure(message)),
  });
}
