#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { connect } from './lib/protocol.mjs';
import { Refusal } from './lib/refusal.mjs';
import { readScenario } from './lib/scenario.mjs';
import { openSession } from './lib/session.mjs';
import { backendArchitect } from './roles/backend-architect.mjs';
import { devopsTroubleshooter } from './roles/devops-troubleshooter.mjs';
import { tddTypescript } from './roles/tdd-typescript.mjs';
import { testGenerator } from './roles/test-generator.mjs';

// A scripted agent behind Baton's agent protocol. It follows a recipe and calls no model.
const ROLES = {
  'backend-architect': backendArchitect,
  'tdd-typescript': tddTypescript,
  'test-generator': testGenerator,
  'devops-troubleshooter': devopsTroubleshooter,
};

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
const baton = connect(lines, (event) => process.stdout.write(`${JSON.stringify(event)}\n`));

const task = await baton.task();
const session = openSession(task.resume?.sessionId);
baton.session(session.id);
baton.progress(`scripted ${task.role}: follows a recipe, no model is called`, 0);
baton.usage();

const role = ROLES[task.role];
let result;
try {
  if (!role)
    throw new Refusal(`the scripted crew has no ${task.role}: it knows ${Object.keys(ROLES).join(', ')}`);
  const scenario = readScenario();
  result = await role({ task, baton, scenario, session: session.round(task.feedback, scenario.stepDelayMs) });
  // A question's answer comes back to the same round.
  if (result.status !== 'blocked') session.finishRound();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  result = { status: 'failed', reason: error.message };
}
baton.usage();
baton.result(result);
input.close();
