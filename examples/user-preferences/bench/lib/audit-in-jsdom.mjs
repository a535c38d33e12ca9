import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openPage } from '../../tools/page-document.mjs';
import { axe, NEEDS_LAYOUT } from './axe.mjs';

const { version } = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('jsdom/package.json'), 'utf8'),
);
const rules = Object.fromEntries(NEEDS_LAYOUT.map((rule) => [rule, { enabled: false }]));

/** What axe-core finds on each page, without the rules that need layout. */
export async function auditInJsdom(urls) {
  const results = [];
  for (const url of urls) {
    const window = await openPage(url);
    window.eval(axe.source);
    results.push(await window.axe.run(window.document, { resultTypes: ['violations', 'incomplete'], rules }));
    window.close();
  }
  return { engine: `jsdom ${version}`, results };
}
