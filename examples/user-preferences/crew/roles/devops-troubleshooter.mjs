import { Refusal } from '../lib/refusal.mjs';
import { render } from '../lib/render.mjs';
import { readSpec } from '../lib/spec.mjs';
import { valuesOf } from '../lib/values.mjs';
import { exists, writeFiles } from '../lib/workspace.mjs';

const PLAN = `1. \`ops/deploy\` in staging, then \`ops/smoke\`.
2. \`ops/deploy\` in production: the version stands ready without traffic.
3. \`ops/shift\` to 10, 50 and 100 %; \`ops/probe\` after each: at most 1 % errors, 95th percentile at most 200 ms.`;

const ROLLBACK = `1. \`ops/rollback\` with BATON_ENVIRONMENT=production, BATON_VERSION of the bad version and a fresh BATON_OPERATION_ID: all traffic goes to the version before, then the bad one is stopped.
2. \`ops/current\` has to print the version before; \`ops/probe\` for it has to show at most 1 % errors.
3. Leave the database as it is: the migration only added a table that the version before doesn't know.`;

/** Prepares the deployment: a workflow for those without Baton, and how to go back. */
export async function devopsTroubleshooter({ task, baton, session }) {
  const spec = readSpec(task);
  if (!exists(spec.files.migration))
    throw new Refusal(`there is no ${spec.files.migration} to plan a rollback for`);
  const values = { ...valuesOf(spec), rollbackSteps: ROLLBACK };
  baton.progress('writes the deployment workflow and the rollback procedure', 30);
  await session.step('files', () =>
    writeFiles({
      [spec.files.workflow]: render('deploy.yml.tpl', values),
      [spec.files.rollback]: render('rollback.md.tpl', values),
    }),
  );
  return {
    status: 'done',
    summary: `Scripted: deployment workflow and rollback procedure of ${spec.title}; the migration is one that both versions live with.`,
    decisions: ['Canary of 10, 50 and 100 %; back when more than 1 % of the requests fail'],
    constraints: [],
    pendingActions: [],
    evidence: [],
    plan: PLAN,
    rollback: ROLLBACK,
  };
}
