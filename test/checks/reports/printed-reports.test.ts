import { expect, test } from 'vitest';
import { readReport } from '../../../src/checks/reports/parse-report.ts';
import { ReportError } from '../../../src/checks/reports/test-report.ts';

const short = (text: string) => {
  const { cases, countedFailures } = readReport(text);
  return [countedFailures, ...cases.map(({ name, status }) => `${status} ${name}`)];
};

test('what cargo test prints tells the tests of each crate, with what a failing one printed', () => {
  const text = `   Compiling a v0.1.0 (crates/a)
     Running unittests src/lib.rs (target/debug/deps/a-27b4390c1dca5100)

running 3 tests
test more::later ... ignored
test tests::it_works ... ok
test more::broken ... FAILED

failures:

---- more::broken stdout ----

assertion \`left == right\` failed: one is not two

failures:
    more::broken

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.25s

   Doc-tests a

running 1 test
test crates/a/src/lib.rs - add (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
  expect(short(text)).toEqual([
    1,
    'skipped a > more::later',
    'passed a > tests::it_works',
    'failed a > more::broken',
    'passed a (documentation) > crates/a/src/lib.rs - add (line 3)',
  ]);
  expect(readReport(text).cases[2]?.message).toContain('one is not two');
  // An aborted process ends in the middle.
  expect(short('running 2 tests\ntest a ... ok\n')).toEqual([1, 'passed a']);
});

test('what minitest prints with --verbose tells each test, and is no report without its count', () => {
  const text = `Run options: -v --seed 1
TestSum#test_adds = 0.01 s = .
TestSum#test_fails = 0.00 s = F
TestSum#test_later = 0.00 s = S
3 runs, 2 assertions, 1 failures, 0 errors, 1 skips
`;
  expect(short(text)).toEqual([
    1,
    'passed TestSum > test_adds',
    'failed TestSum > test_fails',
    'skipped TestSum > test_later',
  ]);
  expect(() => readReport('TestSum#test_adds = 0.01 s = .\n')).toThrow(ReportError);
});
