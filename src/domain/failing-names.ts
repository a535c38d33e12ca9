/** Names of failing tests in what a check printed, for a check that writes no report. Pure. */

/** As many as a question names. */
const MOST_NAMES = 20;
const LONGEST_NAME = 200;

/** How test runners print a test that failed; the first group is its name. */
const FORMS: readonly RegExp[] = [
  /^\s*not ok \d+\s*-?\s*(.+?)(?:\s+# .*)?$/, // TAP: node:test, bats, prove
  /^\s*(?:✖|✗|×) (.+?)(?: \(?\d+(?:\.\d+)?\s?ms\)?)?$/, // node:test, vitest, ava
  /^\s*● (.+ › .+)$/, // jest
  /^\s*FAIL\s+(\S+ > .+)$/, // vitest
  /^(?:FAILED|ERROR) (\S+(?:::.+?)?)(?: - .*)?$/, // pytest
  /^(?:FAIL|ERROR): (\S+ \(.+\))$/, // unittest
  /^\s*--- FAIL: (\S+)/, // go test
  /^test (\S+) \.\.\. FAILED$/, // cargo test
  /^(\S.* > .+) FAILED$/, // gradle
  /^\[ERROR\]\s+(\w+(?:[.$]\w+)+)(?::\d+)?(?:\s.*)?$/, // maven
  /^rspec (\S+:\d+)/, // rspec
  /^\s+Failed (\S+) \[/, // dotnet test
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
const COLOURS = /\u001b\[[\d;]*m/g;

/** Headings that look like a test. */
const NO_NAMES: ReadonlySet<string> = new Set(['failing tests:', 'tests']);

/** The names in their order, each once; empty if the text has none in a form that is known. */
export function failingInOutput(output: string): string[] {
  const names = new Set<string>();
  for (const line of output.replace(COLOURS, '').split('\n')) {
    // Longer lines are no test's name, and would take the expressions long.
    if (line.length > 1000) continue;
    for (const form of FORMS) {
      const name = form.exec(line)?.[1]?.trim();
      if (name === undefined || NO_NAMES.has(name)) continue;
      names.add(name.slice(0, LONGEST_NAME));
      break;
    }
    if (names.size >= MOST_NAMES) break;
  }
  return [...names];
}
