import { expect, test } from 'vitest';
import { partsOf } from '../../src/checks/name-words.ts';
import { nearestTests } from '../../src/checks/nearest-tests.ts';
import { testNamed } from '../../src/checks/test-names.ts';

type Case = { name: string; file?: string };

const vitest: Case = { name: 'prefs > theme > saves dark mode', file: 'test/prefs.test.ts' };
const pytest: Case = { name: 'tests.test_a.TestA > test_b' };
const java: Case = { name: 'com.example.FooTest > bar' };
const go: Case = { name: 'example.com/shop/p > TestA/sub_b' };
const cargo: Case = { name: 'shop > cart::tests::adds_up' };
const playwright: Case = { name: 'cart › adds one', file: 'a.spec.ts' };
const withoutFile: Case = { name: 'outer > inner > works' };

test.each<[string, Case]>([
  ['prefs > theme > saves dark mode', vitest],
  ['prefs › theme › saves dark mode', vitest],
  ['prefs » theme » saves dark mode', vitest],
  ['prefs theme saves dark mode', vitest],
  ['prefs::theme::saves dark mode', vitest],
  ['  theme >  saves dark\nmode ', vitest],
  ['theme saves dark mode', vitest],
  ['saves dark mode', vitest],
  ['test/prefs.test.ts > prefs > theme > saves dark mode', vitest],
  ['./test/prefs.test.ts > prefs > theme > saves dark mode', vitest],
  ['prefs.test.ts > prefs > theme > saves dark mode', vitest],
  ['/srv/tree/test/prefs.test.ts > prefs > theme > saves dark mode', vitest],
  ['packages/a/test/prefs.test.ts › prefs › theme › saves dark mode', vitest],
  ['prefs > prefs > theme > saves dark mode', vitest],
  ['test/prefs.test.ts prefs theme saves dark mode', vitest],
  ['tests/test_a.py::TestA::test_b', pytest],
  ['test_a.py::TestA::test_b', pytest],
  ['TestA::test_b', pytest],
  ['tests.test_a.TestA.test_b', pytest],
  ['test_b', pytest],
  ['tests/test_a.py::TestA::test_b', { name: 'tests.test_a.TestA > test_b', file: 'tests/test_a.py' }],
  ['tests/test_a.py::test_b[two words]', { name: 'tests.test_a > test_b[two words]' }],
  ['com.example.FooTest > bar', java],
  ['FooTest.bar', java],
  ['FooTest#bar', java],
  ['bar', java],
  ['TestA/sub_b', go],
  ['example.com/shop/p > TestA/sub_b', go],
  ['cart::tests::adds_up', cargo],
  ['adds_up', cargo],
  ['a.spec.ts:3:5 › cart › adds one', playwright],
  ['cart > adds one', playwright],
  ['test/a.test.mjs > outer > inner > works', withoutFile],
  ['GET /users', { name: 'routes > GET /users' }],
  ['std::vector grows', { name: 'std::vector grows' }],
])('the name "%s" means the test %j', (wanted, one) => {
  expect(testNamed(wanted)(one)).toBe(true);
});

test.each<[string, Case]>([
  ['', vitest],
  [' > ', vitest],
  ['mode', vitest],
  ['dark mode', vitest],
  ['prefs > theme', vitest],
  ['prefs', vitest],
  ['refs > theme > saves dark mode', vitest],
  ['theme > saves > dark mode', vitest],
  ['prefs > saves dark mode', vitest],
  ['test.ts > prefs > theme > saves dark mode', vitest],
  ['test/other.test.ts > prefs > theme > saves dark mode', vitest],
  ['test/prefs.test.ts > saves dark mode', vitest],
  ['Saves dark mode', vitest],
  ['tests/test_other.py::TestA::test_b', pytest],
  ['A > test_b', pytest],
  ['sub_b', go],
  ['TestA', go],
  ['test/a.test.mjs > inner > works', withoutFile],
  ['users', { name: 'routes > GET /users' }],
  ['routes', { name: 'routes > /' }],
  ['routes', { name: 'routes > ::' }],
  ['vector grows', { name: 'std::vector grows' }],
  ['c', { name: 'a > b c' }],
  ['parse', { name: 'config.parse' }],
  ['works', { name: 'works.' }],
  ['config parse', { name: 'config.parse' }],
])('the name "%s" does not mean the test %j', (wanted, one) => {
  expect(testNamed(wanted)(one)).toBe(false);
});

test('the nearest names are those with the fewest mistakes in as many parts as were named', () => {
  const names = ['prefs > saves the theme', 'prefs > saves the thyme', 'cart > is empty', 'cart > adds', 'x'];
  const cases = [...names, ...names].map((name) => ({ name }));
  expect(nearestTests('saves teh theme', cases).slice(0, 2)).toEqual(names.slice(0, 2));
  expect(nearestTests('crat > adds', cases)[0]).toBe('cart > adds');
  expect(nearestTests('anything', cases)).toHaveLength(3);
  expect(nearestTests('anything', [])).toEqual([]);
});

test('among 10,000 tests the nearest, and the one that is meant, are found in seconds', () => {
  const cases = Array.from({ length: 10_000 }, (_, index) => ({
    name: `suite ${index % 70} > case number ${index}`,
  }));
  const began = performance.now();
  expect(nearestTests('suite 19 > case nubmer 4009', cases)[0]).toBe('suite 19 > case number 4009');
  expect(cases.filter(testNamed('case number 4009'))).toHaveLength(1);
  expect(performance.now() - began).toBeLessThan(5000);
});

test('a name may begin with its file and the place of the test in it', () => {
  const one = { name: 'saves', file: 'test/a.spec.ts' };
  for (const place of ['', ':3', ':13:25'])
    expect(testNamed(`test/a.spec.ts${place} › saves`)(one)).toBe(true);
  expect(testNamed('test/a.spec.ts:x › saves')(one)).toBe(false);
});

test('white space around the parts of a name means nothing', () => {
  expect(partsOf('  a  b  > c ')).toEqual(['a b', 'c']);
});
