import type { AgentTask, Feedback } from '../domain/agent-protocol.ts';
import type { Packet } from '../domain/packet.ts';
import { oneLine, visible, visibleJson } from '../domain/visible.ts';
import { QUOTATIONS_RULE, quotation, quotedList } from './quotation.ts';

/** How the CLI is told what its last message has to look like. */
export type SchemaPlace =
  /** The CLI was given the schema by an option of its own. */
  | 'given'
  /** It knows no such option: the prompt says it, and the last message is read. */
  | 'prompt';

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);
const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
const paragraphs = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

const RULES = [
  'Work only in the current folder, which is a git worktree of your own. Baton commits: make no commits, switch no branches, and touch nothing under .git.',
  'Nobody can answer you while you work. Where a person has to decide, end with the status "blocked" and your question; you will be asked back in this conversation with the answer.',
  'What you say about your work is never taken as evidence: Baton looks at the files that changed and runs the checks itself.',
  'Never weaken, skip or delete a test to get a check green.',
  QUOTATIONS_RULE,
];

const PLAN = 'the plan';
const STARTER = 'the person who started the feature';

/** What Baton asks for, and then the words of others: what agents, people, commands and files say is fenced. */
const told = (asked: string, source: string, text: string | undefined): string =>
  text === undefined || text === '' ? '' : `${asked}\n\n${quotation(source, text)}`;
const toldList = (asked: string, source: string, entries: readonly string[]): string =>
  entries.length === 0 ? '' : `${asked}\n\n${quotedList(source, entries)}`;

function packetText(packet: Packet): string {
  const { inScope, outOfScope, notes } = packet.boundaries;
  const criteria = packet.criteria.map(
    ({ text, evidence }, index) =>
      `${index}. ${oneLine(text)}${evidence === undefined ? '' : ` (proven by ${visibleJson(evidence)})`}`,
  );
  const after = packet.dependencies.map(({ packet: id, type }) => (type === 'soft' ? `${id} (soft)` : id));
  return paragraphs(
    told('This is what you are to do:', PLAN, packet.objective),
    section(
      'Acceptance criteria (by their index, from 0)',
      told('You are done when these hold:', PLAN, criteria.join('\n')),
    ),
    section('You may change', toldList('Only what these paths and globs match:', PLAN, inScope)),
    section('You may not change', toldList('What these paths and globs match:', PLAN, outOfScope)),
    told('On these boundaries:', PLAN, notes),
    section('Depends on', toldList('These packets:', PLAN, after)),
    section('Interface contract', told('Others rely on this:', PLAN, packet.contract)),
    told('On how to do it:', PLAN, packet.instructions),
  );
}

/** What Baton asks for by each kind of feedback, and whose words it comes with. */
const ASKED: Readonly<Record<Feedback['kind'], readonly [asked: string, source: string]>> = {
  revise: ['Change your design as this asks, and keep the rest:', 'a person'],
  schema: ['Your last result was refused. Put right what this names:', 'what refused it'],
  plan: ['Your packets can not be carried out. Put right what this names:', 'what Baton found in them'],
  boundary: [
    "Something in your tree may not be as it is. Put it right, or ask if it can't be:",
    'what Baton found in your tree',
  ],
  check: [
    'A check is not as it has to be. Find out why, and mend it:',
    'a check and the commands that it runs',
  ],
  criteria: ['Criteria are not met. Meet them:', 'what Baton measured, with the words of the plan'],
  conflict: ['Your work and that of others conflict. Settle it:', 'the merge'],
  swap: ['What your packet depends on has changed. Adapt to it:', 'what became of other packets'],
  gate: ['What was measured of the whole is not as it has to be. Mend it:', 'what Baton measured'],
  advice: ['You were given advice. Follow it as far as your rules and your packet allow:', 'a person'],
  note: ['How things stand, so that you can go on:', 'what Baton noted, with the words of the run before'],
};

const feedbackPart = ({ kind, text, files }: Feedback): string => {
  const [asked, source] = ASKED[kind];
  return paragraphs(told(asked, source, text), toldList('It is about these files:', 'names of files', files));
};

const ending = (task: AgentTask, place: SchemaPlace): string =>
  place === 'given'
    ? "When you are finished, or can't go on, give your result in the form that you were given for it."
    : [
        "When you are finished, or can't go on, your last message must hold one JSON object in a ```json block, and nothing after it. It has to be valid by this JSON Schema:",
        `\`\`\`json\n${JSON.stringify(task.resultSchema, null, 2)}\n\`\`\``,
      ].join('\n\n');

/**
 * What a CLI that takes words is told for a task: everything at the first run of a session; in a session that goes
 * on only what is new, since the CLI still has the rest.
 *
 * @returns Markdown
 */
export function promptFor(task: AgentTask, place: SchemaPlace): string {
  const { packet, resume } = task;
  const news = [
    section(
      'The answer to your question',
      told('Go on by it:', 'whoever decided it', resume?.answer ?? undefined),
    ),
    section('To be dealt with now', paragraphs(...task.feedback.map(feedbackPart))),
  ];
  const parts =
    resume !== null
      ? [
          ...news,
          packet === null ? '' : section(`Your packet, as it stands: ${packet.id}`, packetText(packet)),
          news.every((part) => part === '')
            ? 'Your last run was cut off. Go on from the files as they are.'
            : '',
          ending(task, place),
        ]
      : [
          task.instructions,
          section('Rules', list(RULES)),
          section(
            'The feature that was asked for',
            told('This is wanted as a whole:', STARTER, task.feature.request),
          ),
          packet === null ? '' : section(`Your packet: ${packet.id}`, packetText(packet)),
          section(
            'Packets given by a person: fill in what is missing, never overrule them',
            task.given.length === 0
              ? ''
              : told('These are to be part of your design:', STARTER, visibleJson(task.given, 2)),
          ),
          section(
            'What went before',
            task.handoff === null
              ? ''
              : told(
                  'Decided and measured before you, for you to build on:',
                  'the handoff, written by agents',
                  visibleJson(task.handoff, 2),
                ),
          ),
          section(
            'Checks that Baton will run on your work',
            toldList('By their names:', 'baton.yaml', task.checks),
          ),
          ...news,
          section('How to end', ending(task, place)),
        ];
  return visible(`${paragraphs(...parts)}\n`);
}
