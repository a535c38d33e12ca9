import { formatProblems } from '../../src/config/problem.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';

/** What is wrong in a packet file, as text. */
export const problemsOf = (text: string) => {
  const parsed = parsePacketFile(text, 'p.md');
  return parsed.ok ? '' : formatProblems(parsed.problems);
};
/** A packet file in which nothing is wrong. */
export const read = (text: string) => {
  const parsed = parsePacketFile(text, 'p.md');
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed;
};

/** As little as a packet file can be. */
export const SMALL = `# Work Packet: small

**Objective:** Do it

## Acceptance Criteria
- [ ] It is done

## Boundaries
**In Scope:** src/
`;
