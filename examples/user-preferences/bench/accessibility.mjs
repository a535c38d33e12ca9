#!/usr/bin/env node
import { join } from 'node:path';
import { readEndpoints } from '../tools/endpoints.mjs';
import { auditInChromium } from './lib/audit-in-chromium.mjs';
import { auditInJsdom } from './lib/audit-in-jsdom.mjs';
import { axe, NEEDS_LAYOUT } from './lib/axe.mjs';
import { withServedPages } from './lib/served-pages.mjs';

// Has axe-core look at every page that the OpenAPI files describe, and counts the elements that break a rule: in
// Chromium if this machine has one, else in jsdom, which has no layout. Exit code 1 if there are any, or no page.
const root = join(import.meta.dirname, '..');

async function audit(base, paths) {
  const urls = paths.map((path) => `${base}${path}`);
  let why;
  try {
    const seen = await auditInChromium(urls);
    if (seen) return { ...seen, not_seen: [] };
    why = 'this machine has none';
  } catch (error) {
    why = error.message;
  }
  return { ...(await auditInJsdom(urls)), not_seen: NEEDS_LAYOUT, without_chromium: why };
}

const elementsOf = (path, { violations }) =>
  violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target }) => ({
      page: path,
      rule: id,
      impact,
      element: target.flat().join(' '),
      problem: help,
    })),
  );

async function report() {
  const paths = (await readEndpoints(join(root, 'docs/openapi')))
    .filter(({ page }) => page)
    .map(({ path }) => path);
  if (paths.length === 0) return { problem: 'docs/openapi describes no page' };
  return withServedPages(root, async (base) => {
    for (const path of paths) {
      const { status } = await fetch(`${base}${path}`);
      if (status !== 200) return { problem: `GET ${path} answers ${status}` };
    }
    const { engine, results, ...rest } = await audit(base, paths);
    const details = results.flatMap((result, n) => elementsOf(paths[n], result));
    const undecided = results.flatMap(({ incomplete }) => incomplete.map(({ id }) => id));
    return {
      violations: details.length,
      pages: paths,
      engine,
      axe: axe.version,
      details,
      undecided,
      ...rest,
    };
  });
}

const found = await report();
if (found.problem) console.error(found.problem);
for (const { page, rule, impact, element, problem } of found.details ?? [])
  console.error(`${page}: ${element}: ${problem} (${rule}, ${impact})`);
if (found.not_seen?.length > 0)
  console.error(
    `Without Chromium (${found.without_chromium}) nobody looked at: ${found.not_seen.join(', ')}`,
  );
console.log(JSON.stringify(found));
process.exitCode = found.violations === 0 ? 0 : 1;
