import type { TestCase } from '../domain/checks.ts';

/** More are named, without their messages, beside the output. */
const MOST_TESTS = 10;
const MOST_LINES = 4;
/** Half of a tail: the output's end is worth as much. */
const MOST_CHARACTERS = 2000;

/**
 * What a report says of its failures where the output doesn't: a command that writes its report to a file, such as
 * `go test -json > report.json`, prints nothing that an agent could mend by.
 */
export function reportedFailures(cases: readonly TestCase[], output: string): string {
  const silent = cases.filter(({ status, message = '' }) => {
    const [first = ''] = message.split('\n');
    return status === 'failed' && first !== '' && !output.includes(first.trim());
  });
  return silent
    .slice(0, MOST_TESTS)
    .map(({ name, message = '' }) =>
      [`[report] ${name}`, ...message.split('\n').slice(0, MOST_LINES)].join('\n  ').slice(0, 500),
    )
    .join('\n')
    .slice(0, MOST_CHARACTERS);
}
