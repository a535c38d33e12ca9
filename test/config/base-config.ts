import { parseConfig } from '../../src/config/parse-config.ts';
import { formatProblems } from '../../src/config/problem.ts';

/** A role of the crew. */
export const ROLE = '{ runner: command, command: [node, agent.mjs] }';
/** As little as a configuration can be; its last line is the eighth. */
export const BASE = `checks:
  setup: npm ci
  test: { run: npm test, report: results.xml }
crew:
  design: ${ROLE}
  implement: ${ROLE}
  test: ${ROLE}
  deploy: ${ROLE}
`;

/** What is wrong in a configuration, as text. */
export const problemsOf = (text: string) => {
  const parsed = parseConfig(text);
  return parsed.ok ? '' : formatProblems(parsed.problems);
};
