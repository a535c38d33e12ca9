import type { Config } from './config.ts';
import type { Packet } from './packet.ts';

/**
 * One line for each criterion that can't be met by construction: its evidence is a named test, and no check writes a
 * report in which a test could be found.
 */
export function unprovableCriteria(
  packets: readonly Pick<Packet, 'id' | 'criteria'>[],
  checks: Config['checks'],
): string[] {
  const hasReport = Object.entries(checks).some(
    ([name, check]) =>
      name !== 'setup' && check !== undefined && 'report' in check && check.report !== undefined,
  );
  if (hasReport) return [];
  return packets.flatMap(({ id, criteria }) =>
    criteria.flatMap(({ text, evidence }) =>
      evidence !== undefined && 'test' in evidence
        ? [
            `packet "${id}": the criterion "${text}" can't be met: its evidence is the test "${evidence.test}", but ` +
              'no check in baton.yaml has a `report`, so Baton finds no tests by name. Give the check a `report`, or ' +
              'name a file, a command or a person as evidence.',
          ]
        : [],
    ),
  );
}
