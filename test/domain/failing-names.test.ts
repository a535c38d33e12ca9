import { expect, it } from 'vitest';
import { failingInOutput } from '../../src/domain/failing-names.ts';

it.each([
  ['node:test, TAP', 'ok 1 - adds\nnot ok 2 - removes # time=3ms\n  ---\n', ['removes']],
  ['node:test, spec', '✔ adds (1.2ms)\n  ✖ removes (0.8ms)\nℹ fail 1\n✖ failing tests:\n', ['removes']],
  ['bats', '1..2\nnot ok 1 it greets\n# (in test file t.bats)\n', ['it greets']],
  ['jest', '  ● cart › removes\n\n    expect(received)\n', ['cart › removes']],
  [
    'vitest',
    '\u001b[31m FAIL \u001b[39m tests/a.test.ts > cart > removes\n',
    ['tests/a.test.ts > cart > removes'],
  ],
  [
    'pytest',
    'FAILED tests/test_a.py::test_b[1] - AssertionError: no\nERROR tests/test_c.py\n',
    ['tests/test_a.py::test_b[1]', 'tests/test_c.py'],
  ],
  ['unittest', 'FAIL: test_b (tests.A.test_b)\n', ['test_b (tests.A.test_b)']],
  [
    'go',
    '=== RUN TestB\n    --- FAIL: TestB/one (0.00s)\n--- FAIL: TestB (0.00s)\nFAIL\n',
    ['TestB/one', 'TestB'],
  ],
  ['cargo', 'test cart::adds ... ok\ntest cart::removes ... FAILED\n', ['cart::removes']],
  ['gradle', 'CartTest > removes() FAILED\n', ['CartTest > removes()']],
  ['maven', '[ERROR]   CartTest.removes:12 expected: <1>\n[ERROR] Tests run: 2\n', ['CartTest.removes']],
  ['rspec', 'rspec ./spec/cart_spec.rb:3 # Cart removes\n', ['./spec/cart_spec.rb:3']],
  ['nothing that is known', 'error: no semicolon\nmake: *** [lint] Error 1\n', []],
])('names of failing tests are found in what %s prints', (_, output, names) => {
  expect(failingInOutput(output)).toEqual(names);
});

it('twenty names at most, each once, and none of a line without end', () => {
  const many = Array.from({ length: 40 }, (_, at) => `not ok ${at} - case ${at % 30}`).join('\n');
  expect(failingInOutput(many)).toHaveLength(20);
  expect(failingInOutput(`not ok 1 - ${'x'.repeat(100_000)}`)).toEqual([]);
});
