import type { LandingPreparation, MendedLanding } from '../../domain/activities.ts';
import type { Landed } from '../../domain/outcomes.ts';
import { ownPacket, type Packet } from '../../domain/packet.ts';
import { namesInLine } from '../../domain/visible.ts';
import { gatesOnLanding, landingMended, namelessRedAsked, pullRequestsJudged } from '../patches.ts';
import type { Turns } from '../queue/queue-turn.ts';
import { stopped } from '../stopping.ts';
import type { Gates } from './gates.ts';
import { landAsPullRequest, type PullRequestHost } from './pull-request.ts';

/** What a landing needs of its feature. */
export interface LandingHost extends PullRequestHost {
  readonly gates: Gates;
  readonly turns: Turns;
  /** Has a packet worked on from `start`; false where it wasn't merged. */
  mend(packet: Packet, start: string, reason: string, files: readonly string[]): Promise<boolean>;
}

/** Packets that mend a landing before a person is asked: a base that keeps moving must not keep agents busy for ever. */
const MAX_MENDING_PACKETS = 2;

type Ready = Extract<LandingPreparation, { kind: 'ready' }>;

const redText = ({
  checks,
  unmet = [],
  protected: files = [],
}: Extract<LandingPreparation, { kind: 'red' }>) =>
  [
    ...(files.length > 0
      ? [`it changes what measures the work, and nobody allowed that: ${namesInLine(files)}`]
      : []),
    ...(unmet.length > 0 ? [`criteria that are not met in what would land:\n${unmet.join('\n')}`] : []),
    ...(checks.length > 0
      ? [
          `red in what would land: ${checks
            .filter(({ passed }) => !passed)
            .map(({ name, tail }) => `${name}:\n${tail.slice(-800)}`)
            .join('\n')}`,
        ]
      : []),
  ].join('\n');

interface Misfit {
  readonly why: string;
}

/**
 * Brings the integration branch to where the repository wants it. A base that moved meanwhile is merged with it, and the
 * checks are run again on exactly that tree. What then conflicts or is red goes to an agent, a bounded number of times
 * and with the turn given back, then to people.
 */
export class Landing {
  private packets = 0;
  private mended: MendedLanding | undefined;

  constructor(private readonly host: LandingHost) {}

  private get state() {
    return this.host.state;
  }
  private get mode() {
    return this.state.opened.land;
  }
  /** Of what lands, where the base didn't move. */
  private get tree(): string {
    return this.state.tree ?? '';
  }

  /** Runs work while nobody else lands in this base. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { repositoryKey, ref } = this.state;
    return this.host.turns.hold(`landing:${repositoryKey}:${ref.base}`, work);
  }

  /** Where the feature is now; undefined: it was mended, and has to be proven anew before it lands. */
  async land(): Promise<Landed | undefined> {
    const { host } = this;
    await this.askNamelessRed();
    const requests = this.mode === 'pull-request';
    if (requests && !pullRequestsJudged()) return landAsPullRequest(host);
    for (;;) {
      // Nobody else pushes a pull request's branch.
      const landed = requests ? await this.attempt() : await this.inTurn(() => this.attempt());
      if (!('why' in landed)) return landed;
      if (this.packets < MAX_MENDING_PACKETS && (await this.mend(landed))) return undefined;
      const { choice, note } = await host.desk.ask({
        kind: 'conflict',
        prompt: `${this.misfit()}: ${landed.why}`,
        options: ['retry', 'mend', 'branch', 'stop'],
      });
      if (choice === 'stop') throw stopped(`landing on ${host.state.ref.base}: ${landed.why}`);
      if (choice === 'branch') return this.asBranch(landed);
      if (choice === 'mend' && (await this.mend(landed, note))) return undefined;
    }
  }

  private misfit(): string {
    const { mode, state } = this;
    const { ref } = state;
    return mode === 'merge'
      ? `${ref.base} moved and the feature doesn't fit on it by itself`
      : 'The feature no longer holds what its packets proved';
  }

  /** What was red from the start and names no tests may be redder now: nobody can tell, so a person decides. */
  private async askNamelessRed(): Promise<void> {
    const { desk, state } = this.host;
    const nameless = state.redOnBase.filter(({ failing }) => failing.length === 0);
    if (nameless.length === 0 || !namelessRedAsked()) return;
    const names = nameless.map(({ name }) => name).join(', ');
    const { choice } = await desk.ask({
      kind: 'environment',
      prompt: `Red on ${state.ref.base} before anything was done, and without a report that names tests: ${names}. Baton can't tell whether the feature made it worse. Give the check a report, or look at its log. Land it all the same?`,
      options: ['land', 'stop'],
    });
    if (choice === 'stop') throw stopped(`red from the start: ${names}`);
  }

  /** Until it has landed or is found not to fit. */
  private async attempt(): Promise<Landed | Misfit> {
    const { state, placement } = this.host;
    const { ref, redOnBase: knownRed } = state;
    const { mode } = this;
    const { request } = state.request;
    const { packets, allowed, accepted, criteria } = state.landedWork();
    const mended = this.mended && {
      ...this.mended,
      files: this.mended.files.filter((file) => !accepted.includes(file)),
    };
    for (;;) {
      const prepared = await placement.call('prepare the landing', (activities, place) =>
        activities.prepareLanding({
          ...ref,
          place,
          commit: this.state.head,
          mode,
          ...(knownRed.length > 0 && { knownRed }),
          ...(mended !== undefined && { mended }),
          request,
          packets,
          allowed,
          criteria,
        }),
      );
      if (prepared.kind === 'ready') {
        state.tests = prepared.tests ?? state.tests;
        const why = await this.unmetGates(prepared);
        if (why !== undefined) return { why };
        if (mode === 'pull-request') return landAsPullRequest(this.host);
        const landed = await placement.call(`land (${mode})`, (activities, place) =>
          activities.land({
            ...ref,
            place,
            mode,
            commit: prepared.commit,
            expectedBase: prepared.base,
            tree: prepared.tree,
            request,
            packets,
          }),
        );
        // The base moved between preparing and landing, by somebody outside: prepare again.
        if (landed.moved !== undefined) continue;
        return {
          branch: landed.branch,
          commit: landed.commit,
          tree: prepared.tree === '' ? this.tree : prepared.tree,
          ...(landed.note !== undefined && { note: landed.note }),
        };
      }
      const why =
        prepared.kind === 'conflict' ? `conflicts in ${namesInLine(prepared.files)}` : redText(prepared);
      if (landingMended()) return { why };
      await this.askInTurn(why);
    }
  }

  /** Gates were measured on the feature's own tree; where another one lands they are measured on that. */
  private async unmetGates({ commit, tree }: Ready): Promise<string | undefined> {
    if (tree === this.tree || !gatesOnLanding()) return undefined;
    const unmet = await this.host.gates.unmetOn(commit);
    if (unmet.length === 0) return undefined;
    const problems = unmet.map(({ name, problems: all }) => `${name}: ${all.join('; ')}`);
    return `quality gates that are not met in what would land: ${problems.join('\n')}`;
  }

  /** As it was before agents mended landings. */
  private async askInTurn(why: string): Promise<void> {
    const { ref } = this.state;
    const { choice } = await this.host.desk.ask({
      kind: 'conflict',
      prompt: `${ref.base} moved and the feature doesn't fit on it by itself: ${why}`,
      options: ['retry', 'stop'],
    });
    if (choice === 'stop') throw stopped(`landing on ${ref.base}: ${why}`);
  }

  /** Has an agent settle it on a merge of the base into the feature. */
  private async mend({ why }: Misfit, advice?: string): Promise<boolean> {
    const { host } = this;
    this.packets += 1;
    const from = host.state.head;
    const { start, files, output } = await host.placement.call(
      'merge the base for mending',
      (activities, place) =>
        activities.beginMending({ ...host.state.ref, place, commit: from, round: this.packets }),
    );
    const packet = ownPacket({
      id: `landing-${this.packets}`,
      objective:
        this.mode === 'merge'
          ? `Make the feature fit on what ${host.state.ref.base} has become.`
          : 'Make the feature hold what its packets proved.',
      kind: 'implementation',
    });
    const markers =
      files.length > 0
        ? ' Resolve the conflict markers in the files named, keeping what both sides meant.'
        : '';
    const reason = [
      this.mode === 'merge'
        ? `${host.state.ref.base} moved while the feature was built, and the feature doesn't fit on it by itself: ${why.slice(0, 2000)}`
        : `${this.misfit()}: ${why.slice(0, 2000)}`,
      `Your tree holds both, merged.${markers}`,
      ...(output === '' ? [] : [output.slice(-2000)]),
      ...(advice === undefined ? [] : [`A person says: ${advice.slice(0, 2000)}`]),
    ].join('\n\n');
    if (!(await host.mend(packet, start, reason, files))) return false;
    this.mended = {
      from: this.mended?.from ?? from,
      files: [...new Set([...(this.mended?.files ?? []), ...files])],
    };
    return true;
  }

  private async asBranch({ why }: Misfit): Promise<Landed> {
    const { placement } = this.host;
    const { ref } = this.state;
    const { branch, commit } = await placement.call('land (branch)', (activities, place) =>
      activities.land({
        ...ref,
        place,
        mode: 'branch',
        commit: this.state.head,
        expectedBase: ref.baseCommit,
        tree: this.tree,
        request: this.state.request.request,
        packets: this.state.landedWork().packets,
      }),
    );
    const note = `not merged into ${ref.base}, as a person chose: ${why.slice(0, 300)}`;
    return { branch, commit, tree: this.tree, note };
  }
}
