import { render } from '../lib/render.mjs';
import { readSpec } from '../lib/spec.mjs';
import { valuesOf } from '../lib/values.mjs';
import { measureCoverage, writeFiles } from '../lib/workspace.mjs';
import { cycle } from '../packets/cycle.mjs';
import { mendPage } from '../packets/page.mjs';
import { suitesOf } from '../packets/suites.mjs';

/** Lines of a file in per cent under which it counts as a gap. */
const ENOUGH = 95;

/** The coverage that Baton measured for this handoff. What closes a gap looks at the tree as it is now. */
function handedOver({ packet, handoff }) {
  const { coverage, gaps = [] } = handoff?.test_results ?? {};
  if (packet.kind === 'gap' || coverage?.line === undefined) return undefined;
  return { total: coverage.line, files: gaps.map(({ file, line }) => ({ file, lines: line })) };
}

/** A gap that is the page's, not the tests'. */
const isAccessibility = ({ packet, feedback }) =>
  packet.kind === 'gap' &&
  feedback.some(({ kind, text }) => kind === 'gate' && text.includes('"accessibility"'));

const mended = ({ summary }) => ({
  status: 'done',
  summary,
  decisions: [],
  constraints: [],
  pendingActions: [],
  evidence: [],
  gaps: [],
  testsAdded: [],
});

/** Measures the coverage, then adds the tests that are missing, integration and end-to-end ones. */
export async function testGenerator({ task, baton, scenario, session }) {
  const spec = readSpec(task);
  if (isAccessibility(task))
    return mended(await session.step('page', () => mendPage({ spec, scenario, baton })));
  const values = valuesOf(spec);
  const isGap = task.packet.kind === 'gap';
  baton.progress('looks at the coverage', 10);
  const { total, files } = handedOver(task) ?? (await session.step('coverage', measureCoverage));
  const named = task.feedback.filter(({ kind }) => kind === 'gate').flatMap((feedback) => feedback.files);
  const gaps = files.filter(({ file, lines }) => lines < ENOUGH || named.includes(file));
  baton.progress(
    `lines: ${total} %; gaps: ${gaps.map(({ file, lines }) => `${file} ${lines} %`).join(', ') || 'none'}`,
    40,
  );

  const wanted = (suite) => !isGap || gaps.some(({ file }) => file === suite.covers);
  const suites = suitesOf(spec).filter(
    (suite) => wanted(suite) && !scenario.skipTestsFor.includes(suite.covers),
  );
  await cycle({ task: { ...task, checks: [] }, baton, session }, 'suites', {
    message: `Tests of ${spec.title}: ${suites.map(({ what }) => what).join(', ') || 'none to add'}`,
    percent: 90,
    work: () =>
      writeFiles(Object.fromEntries(suites.map(({ file, template }) => [file, render(template, values)]))),
  });
  const added = suites.map(({ file }) => file);
  return {
    status: 'done',
    summary: `Scripted: ${added.length} test files added; lines were covered to ${total} % before.`,
    decisions: [],
    constraints: [],
    pendingActions: ['Deploy to staging', 'Run smoke tests in staging', 'Deploy to production with a canary'],
    evidence: [],
    gaps: gaps
      .slice(0, 60)
      .map(({ file, lines }) => ({ file, what: `only ${lines} % of its lines are covered` })),
    testsAdded: added,
  };
}
