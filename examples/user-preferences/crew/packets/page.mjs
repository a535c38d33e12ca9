import { render } from '../lib/render.mjs';
import { valuesOf } from '../lib/values.mjs';
import { auditPages, read, writeFiles } from '../lib/workspace.mjs';
import { cycle } from './cycle.mjs';

/** The settings page. Its first form lacks the labels of its choices, which no test of it would show. */
export async function page(context) {
  const { spec, session, rework } = context;
  const { files, pagePath, title } = spec;
  if (rework) return session.step('mend', () => mendPage(context));
  await cycle(context, 'red', {
    message: `RED: failing tests of the page ${pagePath}`,
    percent: 30,
    work: () => writeFiles({ [files.pageTest]: render('page.test.ts.tpl', valuesOf(spec)) }),
  });
  await cycle(context, 'green', {
    message: `GREEN: the page ${pagePath}`,
    percent: 80,
    work: () => writePage(context, { labelled: false }),
  });
  return {
    summary: `Scripted: a page for ${title}, whose script asks the API for all that it shows.`,
    decisions: ['The page is the same for everyone and keeps no token: users type theirs'],
  };
}

/** Looks at the page with axe-core, and gives its choices their labels if that finds any without. */
export async function mendPage({ spec, scenario, baton }) {
  const { details = [] } = await auditPages();
  const found = details.map(({ rule, element }) => `${element} (${rule})`).join(', ');
  baton.progress(`axe-core: ${found || 'nothing wrong'}`, 60);
  const labels = details.some(({ rule }) => rule === 'select-name') && !scenario.inaccessible;
  if (labels) await writePage({ spec }, { labelled: true });
  return { summary: `Scripted: ${labels ? `labels for ${found}` : 'nothing to label'}.` };
}

function writePage({ spec }, options) {
  const { files, camel, slug } = spec;
  return writeFiles({
    [files.page]: render('page.ts.tpl', { ...valuesOf(spec), ...options }),
    [files.pages]: mounted(read(files.pages), camel, slug),
  });
}

function mounted(pages, camel, slug) {
  if (pages.includes(`./${slug}.ts`)) return pages;
  return `import { ${camel}Page } from './${slug}.ts';\n${pages}`.replace(
    'Mount[] = [',
    `Mount[] = [${camel}Page,`,
  );
}
