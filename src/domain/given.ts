/** What an agent's run was really given, in parts: the same parts in another feature make the same run. Pure. */
import type { AgentRunInput } from './activities.ts';
import type { Feedback } from './agent-protocol.ts';
import type { AgentConfig } from './crew-config.ts';
import type { Handoff } from './handoff.ts';
import type { Packet } from './packet.ts';
import { steadyWithoutCommits } from './steady.ts';

/** In the order in which a report names them, with what it calls them. */
export const GIVEN_PARTS = {
  role: "the role's prompt",
  agent: "the agent's settings",
  task: 'the request or the packet',
  start: 'the files it began with',
  told: 'what it was told',
  handoff: 'the handoff',
  before: 'the run before in its session',
} as const;
export type GivenPart = keyof typeof GIVEN_PARTS;

/** A text for each part, equal if and only if the part is; they are hashed before they are kept. */
export type Given = Readonly<Record<GivenPart, string>>;

export interface WhatIsGiven {
  readonly input: Pick<
    AgentRunInput,
    'feature' | 'phase' | 'packet' | 'given' | 'request' | 'run' | 'feedback' | 'resume' | 'handoff'
  >;
  /** The role's prompt. */
  readonly prompt: string;
  readonly agent: AgentConfig;
  /** Names of the checks that it may ask for. */
  readonly checks: readonly string[];
  /** The content of its worktree, as git names it. */
  readonly tree: string;
  /** Key of the run before in the same session; undefined where it isn't known. Null: the run begins a session. */
  readonly before: string | null;
}

/** People's words count to the letter; Baton's own name commits, folders and times that differ anyway. */
const OF_PEOPLE: readonly Feedback['kind'][] = ['advice', 'revise'];

/** What the run is given, without what differs between two features by construction. */
export function givenParts(of: WhatIsGiven): Given {
  const { input, prompt, agent, checks, tree, before } = of;
  const { feature, phase, packet, given, request, run, feedback, resume, handoff } = input;
  return {
    role: prompt,
    agent: canonical(agent),
    task: canonical({
      phase,
      request,
      packet: packet && withoutBranch(packet),
      given: given.map(withoutBranch),
      run,
      checks,
    }),
    start: tree,
    told: canonical({
      feedback: feedback.map(({ kind, text, files }) => ({
        kind,
        text: OF_PEOPLE.includes(kind) ? text : steadyWithoutCommits(text, feature),
        files,
      })),
      answer: resume?.answer ?? null,
    }),
    handoff: canonical(handoff && steadyHandoff(handoff, feature)),
    before: before ?? '',
  };
}

const withoutBranch = ({ branch: _, ...packet }: Packet) => packet;

/** Without ids, times, and figures that two measurements of one tree differ in. */
function steadyHandoff(handoff: Handoff, feature: string): object {
  const {
    workflow_id: _,
    timestamp: __,
    metrics: ___,
    monitoring: ____,
    deployment: _____,
    shortened: ______,
    test_results: results,
    message,
    ...rest
  } = handoff;
  const { performance: _______, ...counts } = results ?? {};
  return { ...rest, message: steadyWithoutCommits(message, feature), counts };
}

/** JSON in which the order of fields makes no difference. */
function canonical(value: unknown): string {
  const ordered = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(ordered);
    if (typeof part !== 'object' || part === null) return part;
    const fields = Object.entries(part).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      fields.map(([key, each]) => [key, ordered(each)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  };
  return JSON.stringify(ordered(value) ?? null);
}

/** The parts in which two runs differ, in words. */
export const differing = (a: Given, b: Given): string[] =>
  Object.entries(GIVEN_PARTS).flatMap(([part, name]) =>
    a[part as GivenPart] === b[part as GivenPart] ? [] : [name],
  );
