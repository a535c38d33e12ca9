import { existsSync, readFileSync } from 'node:fs';

const FILE = 'crew/scenario.json';
const DEFAULTS = {
  /** How long an agent that is stuck waits for advice before it asks: long enough for a person to have seen it. */
  adviceWaitMs: 90_000,
};

/** What the crew is to do otherwise, for demos and tests; nothing where the file is absent. */
export function readScenario() {
  const given = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  const unknown = Object.keys(given).filter((key) => !(key in DEFAULTS));
  if (unknown.length > 0) throw new Error(`${FILE}: unknown ${unknown.join(', ')}`);
  return { ...DEFAULTS, ...given };
}
