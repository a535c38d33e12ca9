import { openapiOf } from '../lib/openapi.mjs';
import { render } from '../lib/render.mjs';
import { readSpec } from '../lib/spec.mjs';
import { valuesOf } from '../lib/values.mjs';
import { writeFiles } from '../lib/workspace.mjs';
import { decisionsOf, noteOf } from '../packets/decisions.mjs';
import { fillIn, planPackets } from '../packets/plan.mjs';

/** Reads the request and designs the feature: documents, and packets that run in parallel. */
export async function backendArchitect({ task, baton, scenario, session }) {
  const notes = task.feedback.map(noteOf);
  const spec = { ...readSpec(task), ...limitIn(task.feedback) };
  baton.progress(`understood: ${spec.title} with ${spec.fields.map((field) => field.name).join(', ')}`, 20);
  const values = valuesOf(spec);
  const decisions = [...decisionsOf(spec), ...notes.map((note) => `Revised: ${note}`)];

  await session.step('documents', () =>
    writeFiles({
      [spec.files.apiDocument]: render('api-document.md.tpl', values),
      [spec.files.openapi]: `${JSON.stringify(openapiOf(spec), null, 2)}\n`,
      [spec.files.decision]: render('decision.md.tpl', {
        ...values,
        request: task.feature.request,
        decisionList: decisions.map((decision) => `- ${decision}`).join('\n'),
        notes: notes.map((note) => `- A person asked for this revision: ${note}`).join('\n'),
      }),
    }),
  );
  baton.progress('documents written', 80);
  return {
    status: 'done',
    summary: `Design of ${spec.title} by the scripted crew: ${spec.fields.length} settings in a JSONB column, GET, PUT and PATCH, and a page. Constraints: GET under 50 ms, concurrent updates, ${spec.limit} requests a minute.`,
    decisions,
    constraints: [
      'The version before runs on the same database at the same time',
      'GET answers in less than 50 ms (95th percentile)',
      'Concurrent updates: one wins, the other hears 409',
    ],
    pendingActions: [
      'Create the database migration and the repository',
      'Implement the limit of requests',
      'Implement GET, PUT and PATCH test-first, with validation',
      'Build the settings page',
      'Test concurrent updates and the edges; close the gaps in coverage',
      'Prepare deployment and rollback',
    ],
    dataModel: dataModelOf(spec),
    apiSpec: apiSpecOf(spec),
    packets: fillIn(task.given ?? [], planPackets(spec, scenario)),
  };
}

/** A revision such as "limit to 20 requests a minute" changes the limit. */
function limitIn(feedback) {
  for (const { kind, text } of [...feedback].reverse()) {
    const limit = kind === 'revise' && /(\d+) *(?:req\w*)? *(?:per|a|\/) *min/i.exec(text)?.[1];
    if (limit && Number(limit) > 0) return { limit: Number(limit) };
  }
  return {};
}

const dataModelOf = ({ table }) => ({
  table,
  columns: {
    id: 'UUID PRIMARY KEY',
    user_id: 'UUID REFERENCES users(id)',
    preferences: 'JSONB NOT NULL',
    created_at: 'TIMESTAMPTZ(3) DEFAULT NOW()',
    updated_at: 'TIMESTAMPTZ(3) DEFAULT NOW()',
  },
  indexes: ['user_id (unique)', 'updated_at'],
});

const apiSpecOf = ({ path, type, limit }) => ({
  endpoints: ['GET', 'PUT', 'PATCH'].map((method) => ({
    method,
    path,
    auth_required: true,
    rate_limit: `${limit}/minute`,
    ...(method !== 'GET' && { body: method === 'PUT' ? `${type}Update` : `Partial<${type}Update>` }),
    response: type,
  })),
});
