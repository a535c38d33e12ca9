import type { AgentTask } from '../domain/agent-protocol.ts';
import { feedbackText } from '../domain/feedback.ts';
import type { Packet } from '../domain/packet.ts';

/** How the CLI is told what its last message has to look like. */
export type SchemaPlace =
  /** The CLI was given the schema by an option of its own. */
  | 'given'
  /** It knows no such option: the prompt says it, and the last message is read. */
  | 'prompt';

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);
const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;

const RULES = [
  'Work only in the current folder, which is a git worktree of your own. Baton commits: make no commits, switch no branches, and touch nothing under .git.',
  'Nobody can answer you while you work. Where a person has to decide, end with the status "blocked" and your question; you will be asked back in this conversation with the answer.',
  'What you say about your work is never taken as evidence: Baton looks at the files that changed and runs the checks itself.',
  'Never weaken, skip or delete a test to get a check green.',
];

function packetText(packet: Packet): string {
  const { inScope, outOfScope } = packet.boundaries;
  const after = packet.dependencies.map(({ packet: id, type }) => (type === 'soft' ? `${id} (soft)` : id));
  return [
    packet.objective,
    section(
      'Acceptance criteria (by their index, from 0)',
      packet.criteria
        .map(
          ({ text, evidence }, index) =>
            `${index}. ${text}${evidence === undefined ? '' : ` (proven by ${JSON.stringify(evidence)})`}`,
        )
        .join('\n'),
    ),
    section('You may change', list(inScope)),
    section('You may not change', list(outOfScope)),
    packet.boundaries.notes ?? '',
    section('Depends on', list(after)),
    section('Interface contract', packet.contract ?? ''),
    packet.instructions ?? '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const ending = (task: AgentTask, place: SchemaPlace): string =>
  place === 'given'
    ? "When you are finished, or can't go on, give your result in the form that you were given for it."
    : [
        "When you are finished, or can't go on, your last message must hold one JSON object in a ```json block, and nothing after it. It has to be valid by this JSON Schema:",
        json(task.resultSchema),
      ].join('\n\n');

/**
 * What a CLI that takes words is told for a task: everything at the first run of a session; in a session that goes
 * on only what is new, since the CLI still has the rest.
 *
 * @returns Markdown
 */
export function promptFor(task: AgentTask, place: SchemaPlace): string {
  const news = [
    task.resume !== null && task.resume.answer !== null
      ? section('The answer to your question', task.resume.answer)
      : '',
    section('To be dealt with now', task.feedback.length > 0 ? feedbackText(task.feedback) : ''),
  ];
  const parts =
    task.resume !== null
      ? [
          ...news,
          task.packet === null
            ? ''
            : section(`Your packet, as it stands: ${task.packet.id}`, packetText(task.packet)),
          news.every((part) => part === '')
            ? 'Your last run was cut off. Go on from the files as they are.'
            : '',
          ending(task, place),
        ]
      : [
          task.instructions,
          section('Rules', list(RULES)),
          section('The feature that was asked for', task.feature.request),
          task.packet === null ? '' : section(`Your packet: ${task.packet.id}`, packetText(task.packet)),
          section(
            'Packets given by a person: fill in what is missing, never overrule them',
            task.given.length > 0 ? json(task.given) : '',
          ),
          section('What went before', task.handoff === null ? '' : json(task.handoff)),
          section('Checks that Baton will run on your work', list(task.checks)),
          ...news,
          section('How to end', ending(task, place)),
        ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
