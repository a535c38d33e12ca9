import { render } from '../lib/render.mjs';
import { valuesOf } from '../lib/values.mjs';
import { exists, read, writeFiles } from '../lib/workspace.mjs';
import { cycle } from './cycle.mjs';
import { defects } from './defects.mjs';

const CREATE = 'create them from the defaults';
const NOT_FOUND = 'answer 404';

/** The HTTP endpoints, in two cycles with a question between them. */
export async function api(context) {
  const { spec, baton, session, task } = context;
  const { title, path } = spec;
  await cycle(context, 'red', {
    message: `RED: failing tests of GET and PUT ${path}`,
    percent: 15,
    work: () => writeTests(context, { patch: false, createOnPatch: false }),
  });
  await cycle(context, 'green', {
    message: `GREEN: GET and PUT ${path}`,
    percent: 45,
    work: () => writeCode(context, { patch: false, conditional: false, createOnPatch: false }),
  });

  if (!session.has('answer')) {
    if (!task.resume?.answer) {
      baton.progress('waits for an answer before PATCH is written', 50);
      const text = `PATCH for a user who never saved ${title}: create them from the defaults, or answer 404?`;
      return { blocked: { text, options: [CREATE, NOT_FOUND], recommended: CREATE } };
    }
    session.note('answer', task.resume.answer);
  }
  const answer = session.get('answer');
  const createOnPatch = !answer.includes('404');
  baton.progress(`PATCH will ${createOnPatch ? CREATE : NOT_FOUND}, as answered`, 55);

  await cycle(context, 'red-patch', {
    message: `RED: failing tests of PATCH ${path}`,
    percent: 65,
    work: () => writeTests(context, { patch: true, createOnPatch }),
  });
  await cycle(context, 'green-patch', {
    message: `GREEN: PATCH ${path} and conditional requests`,
    percent: 90,
    work: () => writeCode(context, { patch: true, conditional: true, createOnPatch }),
  });
  return finished(context, createOnPatch);
}

/** After feedback, e.g. that the limit was merged: the code and tests anew from what is in the tree now. */
export async function reworkApi(context) {
  const { spec, session } = context;
  const current = exists(spec.files.route) ? read(spec.files.route) : '';
  const createOnPatch = !current.includes('never_saved');
  await session.step('rework', async () => {
    await writeTests(context, { patch: true, createOnPatch });
    await writeCode(context, { patch: true, conditional: true, createOnPatch });
  });
  return finished(context, createOnPatch);
}

function finished({ task, spec }, createOnPatch) {
  const test = createOnPatch
    ? 'creates them from the defaults for a user who never saved'
    : 'answers 404 to a user who never saved';
  const criterion = task.packet.criteria.findIndex(({ evidence }) => !evidence);
  return {
    summary: `Scripted: GET, PUT and PATCH ${spec.path} with validation, optimistic locking and conditional requests.`,
    decisions: [
      `PATCH for a user who never saved: ${createOnPatch ? CREATE : NOT_FOUND}`,
      'A change names its state by updated_at or If-Match; 428 without either',
      'Used Zod for runtime validation',
    ],
    evidence: criterion < 0 ? [] : [{ criterion, evidence: { test: `PATCH ${spec.path} > ${test}` } }],
  };
}

// Against its contract the limit is nothing yet: a route works without it until the packet is merged.
const hasLimiter = ({ spec }) => exists(spec.files.rateLimit);

function writeTests(context, options) {
  const { spec, covers } = context;
  if (!covers(spec.files.route)) return;
  const values = { ...valuesOf(spec), ...options, limiter: hasLimiter(context) };
  return writeFiles({ [spec.files.apiTest]: render('api.test.ts.tpl', values) });
}

function writeCode(context, options) {
  const { spec, scenario } = context;
  const { files, camel, slug } = spec;
  const values = { ...valuesOf(spec), ...options, ...defects(scenario), limiter: hasLimiter(context) };
  const written = {
    [files.bodies]: render('bodies.ts.tpl', values),
    [files.route]: render('route.ts.tpl', values),
    [files.routes]: mounted(read(files.routes), camel, slug),
  };
  if (options.conditional) written[files.preconditions] = render('preconditions.ts.tpl', values);
  return writeFiles(written);
}

function mounted(routes, camel, slug) {
  if (routes.includes(`./${slug}.ts`)) return routes;
  return routes
    .replace(/(import \{ users \} from '\.\/users\.ts';\n)/, `import { ${camel} } from './${slug}.ts';\n$1`)
    .replace(/(export const routes: Mount\[\] = \[[^\]]*?),?\s*\];/, `$1, ${camel}];`);
}
