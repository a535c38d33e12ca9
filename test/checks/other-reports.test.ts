import { describe, expect, test } from 'vitest';
import { readReport } from '../../src/checks/parse-report.ts';
import { ReportError } from '../../src/checks/test-report.ts';

const short = (text: string) => {
  const { cases, countedFailures } = readReport(text);
  return [countedFailures, ...cases.map(({ name, status }) => `${status} ${name}`)];
};

describe('the events of go test -json', () => {
  const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join('\n');
  const Package = 'example.test/shop';

  test('tell tests, subtests and what was skipped, with what a failing one printed', () => {
    const text = lines(
      { Action: 'start', Package },
      { Action: 'run', Package, Test: 'TestSum' },
      { Action: 'output', Package, Test: 'TestSum', Output: '=== RUN   TestSum\n' },
      { Action: 'run', Package, Test: 'TestSum/small' },
      { Action: 'output', Package, Test: 'TestSum/small', Output: '    s_test.go:5: one and one\n' },
      { Action: 'output', Package, Test: 'TestSum/small', Output: '--- FAIL: TestSum/small (0.00s)\n' },
      { Action: 'fail', Package, Test: 'TestSum/small', Elapsed: 0.25 },
      { Action: 'fail', Package, Test: 'TestSum', Elapsed: 0.25 },
      { Action: 'run', Package, Test: 'TestLater' },
      { Action: 'skip', Package, Test: 'TestLater', Elapsed: 0 },
      { Action: 'output', Package, Output: 'FAIL\texample.test/shop\t0.016s\n' },
      { Action: 'fail', Package, Elapsed: 0.3 },
    );
    expect(short(text)).toEqual([
      2,
      `failed ${Package} > TestSum`,
      `failed ${Package} > TestSum/small`,
      `skipped ${Package} > TestLater`,
    ]);
    expect(readReport(text).cases[1]).toMatchObject({ message: 's_test.go:5: one and one', durationMs: 250 });
  });

  test('show a package that can’t be built as a failing case with what the compiler said', () => {
    const text = lines(
      { ImportPath: Package, Action: 'build-output', Output: 'b.go:3:12: undefined: y\n' },
      { ImportPath: Package, Action: 'build-fail' },
      { Action: 'start', Package },
      { Action: 'output', Package, Output: 'FAIL\texample.test/shop [build failed]\n' },
      { Action: 'fail', Package, Elapsed: 0, FailedBuild: Package },
    );
    expect(readReport(text)).toEqual({
      cases: [
        {
          name: `${Package} > builds`,
          status: 'failed',
          durationMs: 0,
          message: 'b.go:3:12: undefined: y',
        },
      ],
      countedFailures: 1,
    });
  });

  test('show a test that never ended as failed, and a package without tests as nothing', () => {
    const text = lines(
      { Action: 'start', Package: 'example.test/none' },
      { Action: 'skip', Package: 'example.test/none' },
      { Action: 'run', Package, Test: 'TestHangs' },
      { Action: 'fail', Package, Elapsed: 600 },
    );
    expect(short(text)).toEqual([1, `failed ${Package} > TestHangs`]);
  });
});

describe('the Test Anything Protocol', () => {
  test('of bats tells names, reasons and what was skipped', () => {
    const text = `1..3
ok 1 adds
not ok 2 is \\# wrong
# (in test file a.bats, line 2)
#   \`@test "is # wrong" { echo "got 3"; [ 2 -eq 3 ]; }' failed
# got 3
ok 3 later # skip no time
`;
    expect(short(text)).toEqual([1, 'passed adds', 'failed is # wrong', 'skipped later']);
    expect(readReport(text).cases[1]?.message).toContain('got 3');
  });

  test('of node:test tells suites by their subtests, which are no cases of their own', () => {
    const text = `TAP version 13
# Subtest: sums
    # Subtest: adds
    ok 1 - adds
      ---
      duration_ms: 0.3
      ...
    # Subtest: fails
    not ok 2 - fails
      ---
      error: 'no'
      ...
    # Subtest: later
    ok 3 - later # SKIP
    1..3
not ok 1 - sums
# Subtest: top
ok 2 - top
1..2
# tests 4
`;
    expect(short(text)).toEqual([
      1,
      'passed sums > adds',
      'failed sums > fails',
      'skipped sums > later',
      'passed top',
    ]);
  });

  test('counts results that were planned and are missing, and a bail-out, as failures', () => {
    expect(short('1..3\nok 1 - a\n')).toEqual([2, 'passed a']);
    expect(short('TAP version 13\nok 1 - a\nBail out! no disk\n')).toEqual([1, 'passed a']);
    expect(short('ok 1 - a\nnot ok 2 - b # TODO not yet\n1..2\n')).toEqual([0, 'passed a', 'skipped b']);
  });
});

test('what cargo test prints tells the tests of each crate, with what a failing one printed', () => {
  const text = `   Compiling a v0.1.0 (/work/crates/a)
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

test('the JSON of rspec tells examples, and errors outside of them', () => {
  const text = JSON.stringify({
    version: '3.13',
    examples: [
      { full_description: 'Sum adds', status: 'passed', file_path: './spec/sum_spec.rb', run_time: 0.5 },
      { full_description: 'Sum fails', status: 'failed', exception: { class: 'X', message: 'no' } },
      { full_description: 'Sum later', status: 'pending' },
    ],
    summary: { failure_count: 1, errors_outside_of_examples_count: 1 },
  });
  expect(short(text)).toEqual([2, 'passed Sum adds', 'failed Sum fails', 'skipped Sum later']);
  expect(readReport(text).cases[0]).toEqual({
    name: 'Sum adds',
    file: 'spec/sum_spec.rb',
    status: 'passed',
    durationMs: 500,
  });
});
