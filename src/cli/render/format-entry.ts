import { z } from 'zod';
import { answer } from './format-checks.ts';
import { event } from './format-event.ts';
import {
  compact,
  type Detail,
  type Formatter,
  firstLines,
  type LabelledText,
  on,
} from './transcript-format.ts';

/** Of a prompt, and of what is only a reminder here. */
const PROMPT_LINES = 8;
const FEW_LINES = 4;

const text = z.string();

const task = on(
  z.object({
    task: z.object({
      feature: z.object({ request: text }),
      packet: z.object({ objective: text }).nullish(),
      resume: z.object({ answer: text.nullish() }).nullish(),
      feedback: z.array(z.object({ kind: text, text, files: z.array(text).default([]) })).default([]),
    }),
  }),
  ({ task: { feature, packet, resume, feedback } }, detail) => [
    { label: 'task', text: firstLines(packet?.objective ?? feature.request, FEW_LINES, detail) },
    ...(resume ? [{ label: 'resumes', text: 'its session of before' }] : []),
    ...(resume?.answer ? [{ label: 'answer', text: firstLines(resume.answer, FEW_LINES, detail) }] : []),
    ...feedback.map(({ kind, text: words, files }): LabelledText => {
      const about = files.length > 0 ? ` [${files.join(', ')}]` : '';
      return { label: 'feedback', text: firstLines(`${kind}: ${words}${about}`, FEW_LINES, detail) };
    }),
  ],
);

const commit = on(
  z.object({
    commit: text,
    message: text.default(''),
    files: z.array(z.object({ path: text, status: text })).default([]),
  }),
  ({ commit: made, message, files }) => [
    {
      label: 'commit',
      text: [`${made.slice(0, 12)} ${message}`, ...files.map(({ path, status }) => `${status} ${path}`)].join(
        '\n',
      ),
      tone: 'blue',
    },
  ],
);

const log = z.object({ text });
/** Colours of programs say nothing here; all else that would steer a terminal is shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const COLOUR = /\u001b\[[\d;:]*m/g;
const printed = log.transform((entry) => ({ text: entry.text.replace(COLOUR, '') }));
/** Not parsed: a long line was cut when it was kept. */
const LOOKS_LIKE_JSON = /^\s*\{\s*"/;
const KINDS = new Map<unknown, Formatter>(
  Object.entries<Formatter>({
    task,
    prompt: on(log, (entry, detail) => [
      { label: 'prompt', text: firstLines(entry.text, PROMPT_LINES, detail), tone: 'blue' },
    ]),
    event,
    answer,
    commit,
    baton: on(log, (entry) => [{ label: 'baton', text: entry.text, tone: 'yellow' }]),
    // What a CLI prints for programs stands there as events already.
    stdout: on(printed, (entry, detail) =>
      !detail.raw && LOOKS_LIKE_JSON.test(entry.text)
        ? []
        : [{ label: 'stdout', text: firstLines(entry.text, 1, detail) }],
    ),
    stderr: on(printed, (entry, detail) => [
      { label: 'stderr', text: firstLines(entry.text, 1, detail), tone: 'dim' },
    ]),
  }),
);

/** An entry of a transcript for a person, whatever it is, and however it is shaped. */
export function formatEntry(entry: Readonly<Record<string, unknown>>, detail: Detail): LabelledText[] {
  const { at: _at, ...rest } = entry;
  return (
    KINDS.get(entry.kind)?.(entry, detail) ?? [
      { label: 'unknown', text: firstLines(compact(rest), 1, detail), tone: 'dim' },
    ]
  );
}
