import { inLines } from '../../domain/visible.ts';

/** A run whose transcript is in another home. */
export interface RunElsewhere {
  readonly packet: string;
  /** Absent: the run that goes on now. */
  readonly run?: number;
  /** Id of the home. */
  readonly home: string;
}

/** Which runs are in other homes, and the command that shows them there. */
export function elsewhereLines(
  away: readonly RunElsewhere[],
  { here, command }: { readonly here: string; readonly command: string },
): string[] {
  const homes = new Map<string, Map<string, string[]>>();
  for (const { home, packet, run } of inLines(away)) {
    const packets = homes.get(home) ?? new Map<string, string[]>();
    homes.set(
      home,
      packets.set(packet, [...(packets.get(packet) ?? []), run === undefined ? 'running now' : `run ${run}`]),
    );
  }
  return [
    `Not in this home (${here}):`,
    ...[...homes].map(([home, packets]) => {
      const each = [...packets].map(([packet, runs]) => `${packet} (${runs.join(', ')})`);
      return `  in the home ${home}: ${each.join(', ')}`;
    }),
    `Run this on that home's machine, with the folder whose home.json has that id: ${command} --home <folder>`,
  ];
}
