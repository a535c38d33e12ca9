import type { GateResult } from '../../domain/checks.ts';
import { STANDARD_GATES } from '../../domain/config.ts';
import { ownPacket, type Packet } from '../../domain/packet.ts';
import { gatesSideBySide } from '../patches.ts';
import type { Placement } from '../placement.ts';
import { stopped } from '../stopping.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureState } from './feature-state.ts';

/** Gap-closing packets for one gate before a person is asked. */
const MAX_GAP_ROUNDS = 2;

/** What the gates need of their feature. */
export interface GateHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly placement: Placement;
  /** Adds packets, and comes back when they have ended. */
  work(packet: Packet, reason: string, files: readonly string[]): Promise<void>;
}

const gapText = (result: GateResult) =>
  [
    `The quality gate "${result.name}" is not met: ${result.problems.join('; ')}.`,
    ...(result.gaps !== undefined && result.gaps.length > 0
      ? [
          `Least covered files:\n${result.gaps.map(({ file, line }) => `- ${file}: ${line} % of lines`).join('\n')}`,
        ]
      : []),
  ].join('\n\n');

/** The gates of a feature, measured on the integration branch. */
export class Gates {
  private readonly results = new Map<string, GateResult>();
  private readonly waived = new Map<string, string>();
  private readonly rounds = new Map<string, number>();
  private packets = 0;

  constructor(private readonly host: GateHost) {
    for (const name of STANDARD_GATES)
      if (!(name in host.state.opened.gates))
        this.results.set(name, { name, outcome: 'absent', figures: {}, problems: [] });
  }

  all(): GateResult[] {
    return [...this.results.values()];
  }

  /** Measures one gate now, without consequences. */
  async measure(name: string): Promise<GateResult> {
    const { host } = this;
    const result = await host.placement.call(`gate ${name}`, (activities, place) =>
      activities.gate({ ...host.state.ref, place, gate: name, commit: host.state.head }),
    );
    const by = this.waived.get(name);
    const kept: GateResult =
      result.outcome === 'unmet' && by !== undefined
        ? { ...result, outcome: 'waived', waivedBy: by }
        : result;
    this.results.set(name, kept);
    host.state.gates = this.all();
    host.state.show();
    return kept;
  }

  /**
   * Gates that are not met on a commit, and that nobody waived; what was measured on the head stays as it is. Paused
   * or not: the landing's turn is held meanwhile, and other features wait for it.
   */
  async unmetOn(commit: string): Promise<GateResult[]> {
    const { host } = this;
    const measured: GateResult[] = [];
    for (const names of this.groups()) {
      const results = await Promise.all(
        names.map((name) =>
          host.placement.call(`gate ${name} on what lands`, (activities, place) =>
            activities.gate({ ...host.state.ref, place, gate: name, commit }),
          ),
        ),
      );
      measured.push(...results);
    }
    return measured.filter(({ name, outcome }) => outcome === 'unmet' && !this.waived.has(name));
  }

  /**
   * Comes back when every gate that is configured is met, or waived by a person, on one and the same commit.
   * What isn't met gets a packet that closes the gap, a bounded number of times, then a person is asked.
   */
  async pass(): Promise<void> {
    for (;;) {
      const head = this.host.state.head;
      for (const names of this.groups()) {
        await this.host.state.ready();
        await Promise.all(names.map((name) => this.measure(name)));
      }
      const unmet = this.all().filter(({ outcome }) => outcome === 'unmet');
      if (unmet.length === 0) return;
      for (const result of unmet) await this.close(result);
      // Nothing changed but waivers: measured figures still hold.
      if (this.host.state.head === head && this.all().every(({ outcome }) => outcome !== 'unmet')) return;
    }
  }

  /** Those that need not be alone together, then each of the others by itself. */
  private groups(): string[][] {
    const names = Object.keys(this.host.state.opened.gates);
    if (!gatesSideBySide()) return names.map((name) => [name]);
    const alone = (name: string) => this.host.state.opened.gates[name]?.exclusive === true;
    const together = names.filter((name) => !alone(name));
    return [...(together.length > 0 ? [together] : []), ...names.filter(alone).map((name) => [name])];
  }

  private async close(result: GateResult): Promise<void> {
    const rounds = (this.rounds.get(result.name) ?? 0) + 1;
    this.rounds.set(result.name, rounds);
    if (rounds <= MAX_GAP_ROUNDS) {
      this.packets += 1;
      const packet = ownPacket({
        id: `gap-${result.name}-${this.packets}`.slice(0, 48),
        objective: `Close the gap that keeps the gate "${result.name}" from being met.`,
        kind: 'gap',
      });
      await this.host.work(packet, gapText(result), result.gaps?.map(({ file }) => file) ?? []);
      return;
    }
    const { choice, note, by } = await this.host.desk.ask({
      kind: 'gate',
      prompt: `Quality gate not met, cannot deploy: ${gapText(result)}`,
      options: ['waive', 'retry', 'stop'],
      recommended: 'stop',
    });
    if (choice === 'stop')
      throw stopped(`quality gate not met, cannot deploy: ${result.name}: ${result.problems.join('; ')}`);
    if (choice === 'retry') return;
    const waivedBy = note === undefined ? by : `${by}: ${note}`;
    this.waived.set(result.name, waivedBy);
    this.results.set(result.name, { ...result, outcome: 'waived', waivedBy });
  }
}
