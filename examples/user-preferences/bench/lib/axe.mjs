import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** axe-core as a script that a document runs. */
export const axe = {
  version: require('axe-core/package.json').version,
  source: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'),
};

/** The rules that need colours, sizes and positions, which only a browser knows. */
export const NEEDS_LAYOUT = [
  'color-contrast',
  'css-orientation-lock',
  'link-in-text-block',
  'scrollable-region-focusable',
  'target-size',
];
