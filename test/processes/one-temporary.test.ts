import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const folder = path.resolve(import.meta.dirname, '../../src');

/** What is left there on purpose: for a person to look at, or for sockets, whose names must be short. */
const ON_PURPOSE = [
  'cli/demo/repository.ts',
  'cli/plan/edit-plan.ts',
  'processes/temporary.ts',
  'sandbox/sandbox.ts',
];

it('nothing but processes/temporary.ts puts a folder into the system’s temporary one, and what is left there on purpose', () => {
  const using = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /\btmpdir\(\)/.test(readFileSync(path.join(folder, name), 'utf8')));
  expect(using.sort()).toEqual(ON_PURPOSE);
});
