import { expect, test } from 'vitest';
import { kindOfWords } from '../../src/agents/classify-trouble.ts';

test.for([
  ['API error: 429 too many requests', 'rate-limit'],
  ['You exceeded your current quota', 'rate-limit'],
  ['the server answered with status:529', 'overloaded'],
  ['HTTP 401', 'not-logged-in'],
  ['EDQUOT: disk quota exceeded, write', undefined],
  ['TypeError: x is not a function\n    at run (cli.js:429:13)\n    at file:///a/b.js:503:7', undefined],
  ['src/a.ts:500:12 expected ;', undefined],
] as const)('%s means %s', ([words, kind]) => {
  expect(kindOfWords(words)).toBe(kind);
});
