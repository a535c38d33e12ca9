import { formatProblems } from '../config/problem.ts';
import type { Packet } from '../domain/packet.ts';
import { parsePacketFile } from './parse-packet-file.ts';

/** What is known of a packet before anybody wrote it. */
export interface TemplateRequest {
  readonly id: string;
  readonly objective?: string | undefined;
  readonly dependencies: Packet['dependencies'];
}

/** Stands in the place of an objective until there is one. */
const OPEN_OBJECTIVE = 'To be written: what is to be reached, in one paragraph.';

/**
 * A packet file to be filled in, in the form of docs/packets.md. What it holds is read as it stands; its hints
 * are comments. @throws RangeError where it couldn't be read back, e.g. because the objective is too long.
 */
export function packetTemplate({ id, objective, dependencies }: TemplateRequest): string {
  const text = `# Work Packet: ${id}

**Objective:** ${objective?.replaceAll(/\s+/g, ' ').trim() || OPEN_OBJECTIVE}

**Branch:** \`feature/${id}\`
**Size:** 30m

## Acceptance Criteria

<!-- One a line. Evidence at its end, if there is any: (test: "name"), (file: path), (command: npm run x), (person). -->
- [ ] The objective is reached

## Boundaries

<!-- What may be changed: paths and globs between commas; one that ends in / means all below it. -->
**In Scope:** src/${id}/
**Out of Scope:**

## Dependencies

<!-- "- hard: <packet>" starts this when that is merged; "- soft: <packet>" at once, against its contract. -->
${dependencies.map(({ type, packet }) => `- ${type}: ${packet}`).join('\n') || 'None'}

## Interface Contract

## Instructions
`;
  const parsed = parsePacketFile(text, `${id}.md`);
  if (!parsed.ok) throw new RangeError(formatProblems(parsed.problems));
  return text;
}
