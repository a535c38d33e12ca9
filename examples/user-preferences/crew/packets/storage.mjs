import { render } from '../lib/render.mjs';
import { valuesOf } from '../lib/values.mjs';
import { writeFiles } from '../lib/workspace.mjs';
import { cycle } from './cycle.mjs';

/** Migration, types and repository. */
export async function storage(context) {
  const { spec, covers } = context;
  const { files, title } = spec;
  const values = valuesOf(spec);
  await cycle(context, 'red', {
    message: `RED: failing tests of the storage of ${title}`,
    percent: 30,
    work: () =>
      writeFiles(
        covers(files.repository) ? { [files.storageTest]: render('storage.test.ts.tpl', values) } : {},
      ),
  });
  await cycle(context, 'green', {
    message: `GREEN: migration and repository of ${title}`,
    percent: 80,
    work: () =>
      writeFiles({
        [files.migration]: render('migration.sql.tpl', values),
        [files.domain]: render('domain.ts.tpl', values),
        [files.repository]: render('repository.ts.tpl', values),
      }),
  });
  return {
    summary: `Scripted: ${title} are stored in ${spec.table}, saved only from the state that the change started from.`,
    decisions: [
      'updated_at has milliseconds, as JSON dates do, and always rises',
      'Rows that lack a field show its default',
    ],
  };
}
