import { Refusal } from '../lib/refusal.mjs';
import { readSpec } from '../lib/spec.mjs';
import { api, reworkApi } from '../packets/api.mjs';
import { keepBothSides, noteInChangelog } from '../packets/conflict.mjs';
import { page } from '../packets/page.mjs';
import { rateLimit } from '../packets/rate-limit.mjs';
import { storage } from '../packets/storage.mjs';

const PACKETS = { storage, 'rate-limit': rateLimit, page, api };
const REWORKS = ['swap', 'check', 'criteria', 'boundary', 'schema'];

/** Builds one packet test-first: failing tests, the code that passes them, then a cleaner shape. */
export async function tddTypescript({ task, baton, scenario, session }) {
  const { id } = task.packet;
  const build = PACKETS[id];
  if (!build)
    throw new Refusal(
      `the scripted crew can't build the packet "${id}": it knows ${Object.keys(PACKETS).join(', ')}`,
    );
  const spec = readSpec(task);
  const rework = task.feedback.some(({ kind }) => REWORKS.includes(kind));
  const context = { task, baton, scenario, session, spec, rework, covers };
  function covers(file) {
    return !scenario.skipTestsFor.includes(file);
  }

  const marked = task.feedback
    .filter(({ kind }) => kind === 'conflict' || kind === 'swap')
    .flatMap(({ files }) => files);
  const resolved = await session.step('conflicts', () => keepBothSides(marked));
  const kept = `Scripted: both sides kept in ${resolved.join(', ') || 'no file: none has markers'}.`;
  if (resolved.length > 0) baton.progress(kept, 30);
  // Nothing else is touched then: what was built stands beside what was merged.
  if (task.feedback.some(({ kind }) => kind === 'conflict')) return done({ summary: kept });
  if (scenario.conflict) await session.step('changelog', () => noteInChangelog(id));

  if (rework) baton.progress(`works on: ${task.feedback.map(({ kind }) => kind).join(', ')}`, 30);
  const built = rework && id === 'api' ? await reworkApi(context) : await build(context);
  if (built.blocked) return { status: 'blocked', question: built.blocked };
  return done(built);
}

const done = (built) => ({
  status: 'done',
  decisions: [],
  constraints: [],
  pendingActions: [],
  evidence: [],
  ...built,
});
