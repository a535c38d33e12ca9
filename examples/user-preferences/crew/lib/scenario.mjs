import { existsSync, readFileSync } from 'node:fs';

const FILE = 'crew/scenario.json';
const DEFAULTS = {
  badCanary: false,
  errorRate: 0,
  slowGetMs: 0,
  skipTestsFor: [],
  stepDelayMs: 0,
  conflict: false,
  inaccessible: false,
};

/** What the crew is to do otherwise than well, for demos and tests; nothing where the file is absent. */
export function readScenario() {
  const given = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const unknown = Object.keys(given).filter((key) => !(key in DEFAULTS));
  if (unknown.length > 0) throw new Error(`${FILE}: unknown ${unknown.join(', ')}`);
  return { ...DEFAULTS, ...given };
}
