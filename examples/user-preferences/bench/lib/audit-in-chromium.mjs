import { axe } from './axe.mjs';
import { findChromium, withChromium } from './chromium.mjs';

const RUN = `axe.run(document, { resultTypes: ['violations', 'incomplete'] })
  .then(({ violations, incomplete }) => JSON.stringify({ violations, incomplete }))`;

/** What axe-core finds on each page; undefined if there is no Chromium. Throws if there is one that doesn't work. */
export async function auditInChromium(urls) {
  const file = findChromium();
  if (!file) return undefined;
  return withChromium(file, async (browser) => {
    const results = [];
    for (const url of urls) {
      const page = await browser.open(url);
      await page.evaluate(axe.source);
      results.push(JSON.parse(await page.evaluate(RUN)));
    }
    return { engine: browser.version, results };
  });
}
