import type {
  AgentRunEnd,
  AgentRunInput,
  AgentRunOutcome,
  HomeActivities,
  MergeInput,
  MergePreparation,
  VerifyResult,
} from '../../src/domain/activities.ts';
import type { CheckResult } from '../../src/domain/checks.ts';
import { type ConfigDraft, configSchema } from '../../src/domain/config.ts';
import type { RunFigures } from '../../src/domain/outcomes.ts';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import { PHASES } from '../../src/domain/phase.ts';
import { tinyConfig } from './tiny-repository.ts';

const commit = (n: number) => n.toString(16).padStart(40, '0');
/** Every commit has this tree, unless a test says otherwise. */
export const STUB_TREE = commit(0);
type MergeReady = Extract<MergePreparation, { kind: 'ready' }>;
const done = { status: 'done' as const, summary: 'done', decisions: [], constraints: [], pendingActions: [] };

/** A production of a stub home: a canary of 10 %, then all. */
export const stubProduction = {
  deploy: 'deploy',
  shift: 'shift',
  steps: [10, 100],
  bake: '1ms',
  probe: 'probe',
  judge: { error_rate: { max: 0.01 } },
  rollback: 'rollback',
  current: 'current',
};

/** A check as Baton ran it; red unless `more` says otherwise. */
export const stubCheck = (name: string, more: Partial<CheckResult> = {}): CheckResult => ({
  name,
  passed: false,
  exitCode: 1,
  timedOut: false,
  durationMs: 1,
  tests: null,
  failing: [],
  tail: '',
  log: null,
  cases: null,
  ...more,
});

/** How a design ends that plans these packets. */
export const designOf = (...packets: readonly PacketDraft[]): AgentRunEnd => ({
  kind: 'done',
  result: {
    ...done,
    dataModel: {},
    apiSpec: {},
    packets: packets.map((packet) => packetSchema.parse(packet)),
  },
});

/** The activities of a home that has no trees: every command is green, every agent is done at once. */
export class StubHome {
  /** Every activity that was called: its name and input. */
  readonly calls: { readonly activity: string; readonly input: Record<string, unknown> }[] = [];
  /** Activities that do something else than described below. */
  override: Partial<HomeActivities> = {};
  /** Whether a run's agent says something before it ends as it does. */
  heard: (input: AgentRunInput) => boolean = () => true;
  private commits = 1;

  constructor(
    private readonly config: Partial<ConfigDraft> = {},
    /** How a packet's agent ends, where it isn't simply done. */
    private readonly ends: (input: AgentRunInput) => AgentRunEnd | undefined = () => undefined,
    /** What an agent does meanwhile. */
    private readonly work: (input: AgentRunInput) => Promise<void> = async () => undefined,
    /** What is measured of a run, beside what always is. */
    private readonly measured: (input: AgentRunInput) => Partial<RunFigures> = () => ({}),
  ) {}

  steps(): string[] {
    return this.calls
      .filter(({ activity }) => activity === 'releaseStep')
      .map(({ input }) => [input.step, input.percent].filter((part) => part !== undefined).join(' '));
  }

  /** The runs of a tree's agents: a packet's, or `design`. */
  runs(feature: string, name: string): AgentRunInput[] {
    const phases: readonly string[] = PHASES;
    return this.calls
      .filter(({ activity }) => phases.includes(activity))
      .map(({ input }) => input as unknown as AgentRunInput)
      .filter((input) => input.feature === feature && input.name === name);
  }

  /** What an activity was called with, the first call first; `name`: only those of that tree. */
  inputs<A extends keyof HomeActivities>(activity: A, name?: string): Parameters<HomeActivities[A]>[0][] {
    return this.calls
      .filter((call) => call.activity === activity && (name === undefined || call.input.name === name))
      .map(({ input }) => input as unknown as Parameters<HomeActivities[A]>[0]);
  }

  /** Work that can be submitted. */
  verified(more: Partial<VerifyResult> = {}): VerifyResult {
    return {
      commit: commit(++this.commits),
      outside: [],
      protected: [],
      markers: [],
      checks: [],
      criteria: [],
      changed: [{ path: 'src/stub.txt', status: 'added' }],
      ...more,
    };
  }

  /** A merge that can be made. */
  mergeable(input: MergeInput, more: Partial<MergeReady> = {}): MergeReady {
    return {
      kind: 'ready',
      merge: { old: input.baseCommit, new: commit(++this.commits), tree: STUB_TREE },
      files: [],
      linesAdded: 0,
      testLinesAdded: 0,
      tests: null,
      checks: [],
      ...more,
    };
  }

  activities(): HomeActivities {
    const agent = async (input: AgentRunInput): Promise<AgentRunOutcome> => {
      await this.work(input);
      return outcome(input);
    };
    const outcome = (input: AgentRunInput): AgentRunOutcome => ({
      end:
        this.ends(input) ??
        ({
          kind: 'done',
          result:
            input.phase === 'design'
              ? { ...done, dataModel: {}, apiSpec: {}, packets: [] }
              : { ...done, evidence: [] },
        } as unknown as AgentRunEnd),
      ...(this.heard(input) && { heard: true }),
      sessionId: `session-${input.name}`,
      commit: commit(++this.commits),
      checkpoints: [],
      figures: {
        packet: input.name,
        role: input.phase,
        runner: 'stub',
        run: input.run,
        outcome: 'done',
        startedAt: new Date().toISOString(),
        durationMs: 1,
        resumed: input.resume !== null,
        ...this.measured(input),
      },
      transcript: null,
    });
    const activities: HomeActivities = {
      openFeature: async ({ feature }) => ({
        config: configSchema.parse({ ...tinyConfig, ...this.config }),
        // Features of their own repositories, so that none waits for another's turn.
        repositoryKey: `stub-${feature}`,
      }),
      baseline: async () => ({ checks: [], tests: null }),
      design: agent,
      implement: agent,
      test: agent,
      deploy: agent,
      prepareByHand: async () => ({ path: '/tmp/by-hand' }),
      verify: async () => this.verified(),
      bringUpTo: async () => ({ kind: 'clean', files: [] }),
      prepareMerge: async (input) => this.mergeable(input),
      moveBranch: async () => ({ moved: true }),
      removeTree: async () => undefined,
      gate: async ({ gate }) => ({ name: gate, outcome: 'met', figures: {}, problems: [] }),
      prepareLanding: async (input) => ({
        kind: 'ready',
        base: input.baseCommit,
        commit: input.commit,
        tree: STUB_TREE,
      }),
      beginMending: async ({ commit: start }) => ({ start, files: [], output: '' }),
      openPullRequest: async () => ({ kind: 'open', url: 'https://localhost/pull/1' }),
      land: async (input) => ({ branch: `feature/${input.feature}`, commit: input.commit }),
      releaseStep: async ({ step }) => ({
        ok: true,
        exitCode: 0,
        figures: step === 'probe' ? { error_rate: 0 } : {},
        url: null,
        text: '',
        tail: '',
        log: null,
      }),
      writeHandoff: async ({ handoff }) => handoff,
      saveReport: async () => undefined,
      cleanUp: async () => undefined,
      ...this.override,
    };
    const recorded = Object.entries(activities).map(([name, work]) => [
      name,
      (input: never) => {
        this.calls.push({ activity: name, input });
        return (work as (input: never) => unknown)(input);
      },
    ]);
    return Object.fromEntries(recorded) as unknown as HomeActivities;
  }
}
