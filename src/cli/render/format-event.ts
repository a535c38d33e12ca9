import { z } from 'zod';
import { compact, type Formatter, firstLines, on } from './transcript-format.ts';

const text = z.string();

const progress = on(z.object({ percent: z.number().optional(), note: text }), ({ percent, note }) => [
  { label: 'progress', text: `${percent === undefined ? '' : `${Math.round(percent)}% `}${note}` },
]);

const checkpoint = on(z.object({ message: text, run: z.array(text).optional() }), ({ message, run = [] }) => [
  { label: 'checkpoint', text: `${message}${run.length > 0 ? ` (checks: ${run.join(', ')})` : ''}` },
]);

const session = on(z.object({ id: text }), ({ id }, { raw }) =>
  raw ? [{ label: 'session', text: id, tone: 'dim' }] : [],
);

/** Running totals; those of the whole run stand in its head. */
const usage = on(z.looseObject({}), ({ type: _type, ...totals }, { raw }) =>
  raw ? [{ label: 'usage', text: compact(totals), tone: 'dim' }] : [],
);

const done = on(
  z.object({ status: z.literal('done'), summary: text, decisions: z.array(text).default([]) }),
  ({ summary, decisions }, { full }) => [
    { label: 'done', text: summary, tone: 'green' },
    ...(full ? decisions.map((decision) => ({ label: 'decision', text: decision })) : []),
  ],
);
const failed = on(z.object({ status: z.literal('failed'), reason: text }), ({ reason }) => [
  { label: 'failed', text: reason, tone: 'red' },
]);
const question = z.object({ text, options: z.array(text).default([]), recommended: text.optional() });
const blocked = on(
  z.object({ status: z.literal('blocked'), question, further: z.array(question).default([]) }),
  ({ question: first, further }) =>
    [first, ...further].map(({ text: asked, options, recommended }) => {
      const choices = options.map((option) => (option === recommended ? `${option} (recommended)` : option));
      const offered = choices.length > 0 ? `\nchoices: ${choices.join(', ')}` : '';
      return { label: 'question', text: `${asked}${offered}`, tone: 'yellow' };
    }),
);
const result = on(
  z.object({ result: z.unknown() }),
  ({ result: given }, detail) =>
    done(given, detail) ??
    failed(given, detail) ??
    blocked(given, detail) ?? [{ label: 'result', text: firstLines(compact(given), 1, detail) }],
);

// Maps, since what is looked up in them is an agent's word.
const EVENTS = new Map<unknown, Formatter>(Object.entries({ session, progress, checkpoint, usage, result }));
/** What an agent said in the words of the protocol. */
export const event = on(
  z.object({ event: z.looseObject({ type: text }) }),
  ({ event: given }, detail) =>
    EVENTS.get(given.type)?.(given, detail) ?? [
      { label: 'event', text: firstLines(compact(given), 1, detail), tone: 'dim' },
    ],
);
