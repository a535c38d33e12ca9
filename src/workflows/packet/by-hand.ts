import type { AgentDone, Feedback } from '../../domain/agent-protocol.ts';
import { feedbackText } from '../../domain/feedback.ts';
import type { RepositoryRef } from '../../domain/messages.ts';
import type { Packet } from '../../domain/packet.ts';
import { inItsPlace, namesInLine, oneLine } from '../../domain/visible.ts';
import type { Placement } from '../placement.ts';
import type { FeatureLine } from './feature-line.ts';

/** The packet that a person takes over. */
export interface HandedPacket {
  readonly line: FeatureLine;
  readonly placement: Placement;
  readonly tree: RepositoryRef & { readonly name: string };
  readonly start: string;
  /** Whether there is an agent to give it back to. */
  readonly agent: boolean;
}

/** Handed back and to be looked at like an agent's work, or another choice. */
type ByHand =
  | { readonly result: AgentDone; readonly by: string }
  | {
      readonly choice: 'agent' | 'drop' | 'stop';
      readonly note?: string | undefined;
      /** What the person was told: the agent hears it instead. */
      readonly said: readonly Feedback[];
    };

/** What an agent would have been told by its task. */
const taskText = ({ objective, criteria, boundaries }: Packet) =>
  [
    inItsPlace(objective),
    ...(criteria.length > 0
      ? [`Done when:\n${criteria.map(({ text }) => `- ${oneLine(text)}`).join('\n')}`]
      : []),
    ...(boundaries.inScope.length > 0 ? [`In scope: ${namesInLine(boundaries.inScope)}`] : []),
  ].join('\n\n');

const promptText = (
  packet: Packet,
  { agent, home, path }: { readonly agent: boolean; readonly home: string; readonly path: string },
  feedback: readonly Feedback[],
) =>
  [
    `${packet.id} is yours. Its worktree is ${path} (home ${home}): edit there, commit or leave it uncommitted, then decide "hand-back". Baton commits what is left, runs the checks and merges it.`,
    ...(agent ? [] : [taskText(packet)]),
    feedbackText(feedback),
  ]
    .join('\n\n')
    .slice(0, 4000);

/** Gives the packet's worktree to a person, without a slot, until it is handed back. */
export async function workByHand(packet: HandedPacket, feedback: readonly Feedback[]): Promise<ByHand> {
  const { line, placement, tree, start, agent } = packet;
  const said = [...feedback, ...line.takeAdvice()];
  const { path, home } = await placement.call(
    `make the worktree of ${tree.name} ready for a person`,
    async (activities, place) => ({
      ...(await activities.prepareByHand({ ...tree, place, start })),
      home: place.home,
    }),
  );
  const { choice, note, by } = await line.ask({
    kind: 'by-hand',
    prompt: promptText(line.current, { agent, home, path }, said),
    options: ['hand-back', ...(agent ? (['agent'] as const) : []), 'drop', 'stop'],
  });
  if (choice !== 'hand-back') return { choice, note, said };
  const summary = `Done by hand by ${by}${note === undefined ? '' : `: ${note}`}`;
  // What names no evidence is the agent's to prove; without an agent a person ticks it.
  const evidence = line.current.criteria.flatMap((criterion, index) =>
    criterion.evidence === undefined ? [{ criterion: index, evidence: { person: true as const } }] : [],
  );
  return {
    by,
    result: { status: 'done', summary, decisions: [], constraints: [], pendingActions: [], evidence },
  };
}
