import { render } from '../lib/render.mjs';
import { valuesOf } from '../lib/values.mjs';
import { writeFiles } from '../lib/workspace.mjs';
import { cycle } from './cycle.mjs';

/** The middleware that limits requests. */
export async function rateLimit(context) {
  const { spec, covers } = context;
  const { files } = spec;
  const values = valuesOf(spec);
  const write = (sweeps) =>
    writeFiles({ [files.rateLimit]: render('rate-limit.ts.tpl', { ...values, sweeps }) });
  await cycle(context, 'red', {
    message: `RED: failing tests of the limit of ${spec.limit} requests a minute`,
    percent: 30,
    work: () =>
      writeFiles(
        covers(files.rateLimit) ? { [files.rateLimitTest]: render('rate-limit.test.ts.tpl', values) } : {},
      ),
  });
  await cycle(context, 'green', {
    message: 'GREEN: a limit for each user, in windows',
    percent: 60,
    work: () => write(false),
  });
  await cycle(context, 'refactor', {
    message: 'REFACTOR: ended windows are swept out, so that memory stays bounded',
    percent: 90,
    work: () => write(true),
  });
  return {
    summary: `Scripted: a user has ${spec.limit} requests a minute; who sends more hears 429 and when to come back.`,
    decisions: [
      'The limit is counted in each process: one instance serves a version here, several would need a shared store',
    ],
  };
}
