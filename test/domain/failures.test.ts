import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { FAILURES, NOT_RETRIED } from '../../src/domain/failures.ts';

const folder = path.resolve(import.meta.dirname, '../../src');
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'))
  .join('\n');
const found = (pattern: RegExp) => [...source.matchAll(pattern)].map(([, name]) => name);
const from = (...who: string[]) =>
  Object.entries(FAILURES).flatMap(([type, failure]) => (who.includes(failure.from) ? [type] : []));

it('services throw exactly the types that are listed as theirs', () => {
  const thrown = new Set(found(/new BatonError\(\s*'(\w+)'/g));
  expect([...thrown].sort()).toEqual(from('service').sort());
});

it('activities and workflows throw exactly the types that are listed as theirs', () => {
  const thrown = new Set(found(/'(\w+)' satisfies FailureType/g));
  expect([...thrown].sort()).toEqual(from('activity', 'workflow').sort());
});

it('no failure of Temporal is made with a type that the compiler does not hold against the list', () => {
  const made = found(/(?:ApplicationFailure\.create\(\{\s*type: |nonRetryable\([^;]*, )([^,;)]+)/g);
  expect(made.length).toBe(found(/ApplicationFailure\.(create|nonRetryable|retryable)\(/g).length);
  const held = /^'\w+' satisfies FailureType$|^REFUSED$|^failure\.type$/;
  expect(made.filter((type) => !held.test(type ?? ''))).toEqual([]);
});

it('what a retry meets again is not retried, and nothing else', () => {
  expect(NOT_RETRIED).toEqual([
    ...['BadInput', 'Repository', 'BranchMoved', 'Gone', 'ServiceFailed', 'StaleEpoch', 'TriesUsedUp'],
    ...['NotDelivered', 'HeldBack'],
  ]);
});
