import { apiUsers } from '../packets/api-users.mjs';
import { dbUsers } from '../packets/db-users.mjs';
import { permissions } from '../packets/permissions.mjs';
import { testsUsers } from '../packets/tests-users.mjs';

/** Something that this scripted crew can't do; its message says what it could. */
export class Refusal extends Error {}

/** A recipe is a function for each round it knows, and evidence for the packet's criteria in their order. */
const RECIPES = { 'db-users': dbUsers, 'api-users': apiUsers, 'tests-users': testsUsers, permissions };

/** Builds one packet. Feedback for which its recipe has no round finds the work handed in again as it is. */
export async function packetWorker(agent) {
  const { id } = agent.task.packet;
  const recipe = RECIPES[id];
  if (!recipe)
    throw new Refusal(
      `the scripted crew can't build the packet "${id}": it knows ${Object.keys(RECIPES).join(', ')}`,
    );
  const round = recipe[agent.round] ?? (() => ({ summary: 'Scripted: handed in again as it is.' }));
  const outcome = await round(agent);
  if (outcome.question) return { status: 'blocked', question: outcome.question };
  return {
    status: 'done',
    decisions: [],
    constraints: [],
    pendingActions: [],
    evidence: recipe.evidence(agent).map((evidence, criterion) => ({ criterion, evidence })),
    ...outcome,
  };
}
