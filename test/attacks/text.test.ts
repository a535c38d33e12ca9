import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { promptFor } from '../../src/agents/prompt.ts';
import { QUOTATIONS_RULE } from '../../src/agents/quotation.ts';
import { CommandError } from '../../src/cli/command-error.ts';
import { print, printJson, printJsonLine, say } from '../../src/cli/output.ts';
import { decideCommand } from '../../src/cli/render/items.ts';
import { makeStyle, onTerminal, PLAIN } from '../../src/cli/render/style.ts';
import { emptyProgram, runProgram } from '../../src/cli/run-program.ts';
import { jsonScreen, liveScreen, plainScreen } from '../../src/cli/watch/screens.ts';
import { type Handoff, handoffSchema } from '../../src/domain/handoff.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { structureProblems } from './markdown-structure.ts';
import {
  commitsOf,
  handoffText,
  markdownOf,
  type Outputs,
  promptsOf,
  promptsWithHandoffs,
  questionsOf,
  taskOf,
  terminalOf,
} from './outputs.ts';
import { MARK, POISONS, poisoned, rawIn, valuesOf } from './poison.ts';
import { unquoted } from './quotations.ts';
import { fullReport, fullStatus } from './samples.ts';

const COLORED = makeStyle(true);
/** The sequences of a style, without which nothing raw may be left. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const OWN_SEQUENCES = /\u001b\[(?:[12]|22|3[1-4]|39)m/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const CURSOR = /^(?:\u001b\[(?:\?25l|0m|\?2026[hl]))+|\u001b\[(?:\d*[AGK]|\?2026[hl])/g;

/** Nothing of what comes out has a problem. */
const expectNone = (outputs: Outputs, problemsOf: (text: string) => string[]) =>
  expect(
    Object.entries(outputs).flatMap(([name, text]) =>
      problemsOf(text).map((problem) => `${name}: ${problem}`),
    ),
  ).toEqual([]);

/** A line that looks like Baton's own: at the margin, or little off it. */
const ownLines = (text: string): string[] =>
  text.split('\n').filter((line) => new RegExp(`^\\s{0,12}${MARK}`).test(line));

function written(work: () => unknown): { stdout: string; stderr: string } {
  const got = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      got[name] += String(text);
      return true;
    });
  try {
    work();
  } finally {
    vi.restoreAllMocks();
  }
  return got;
}

afterEach(() => vi.restoreAllMocks());

/** Every field of a handoff, as its schema has it. */
const handoffs = (text: string) => valuesOf(handoffSchema, text) as Handoff[];

describe.each(POISONS)('%s, in every field', (_, text) => {
  it('is nothing but text in a terminal', () => {
    const outputs = { ...terminalOf(text, PLAIN), ...handoffText(handoffs(text)[0] as Handoff, PLAIN) };
    expectNone(outputs, (out) => [...rawIn(onTerminal(out)), ...ownLines(out)]);
    const coloured = { ...terminalOf(text, COLORED), ...handoffText(handoffs(text)[0] as Handoff, COLORED) };
    expectNone(coloured, (out) => rawIn(onTerminal(out).replace(OWN_SEQUENCES, '')));
  });

  it('is nothing but text on the screens of watch, in errors and in JSON', async () => {
    const status = poisoned(fullStatus as FeatureStatus, text);
    let live = '';
    const write = (out: string) => {
      live += out;
      return true;
    };
    const terminal = { isTTY: true, columns: 10_000, rows: 1000, write };
    const screen = liveScreen(() => [], terminal as unknown as NodeJS.WriteStream);
    screen.trouble(text);
    screen.show(status, []);
    expect(live).toContain('is waiting for a decision');
    // What log-update moves the cursor with, and the first line that is never the same.
    expectNone({ live: live.replace(OWN_SEQUENCES, '').replace(CURSOR, '') }, rawIn);
    const { stdout, stderr } = written(() => {
      const screen = plainScreen((item) => [decideCommand('prefs', item)]);
      screen.show(status, []);
      screen.report(poisoned(fullReport as FeatureReport, text));
      print(text);
      say(text);
    });
    expectNone({ stdout, stderr }, rawIn);
    const json = written(() => {
      printJson(status);
      printJsonLine({ [text]: text });
      jsonScreen().show(status, []);
    }).stdout;
    expectNone({ json }, rawIn);
    const [, line = ''] = json.trimEnd().split('\n').slice(-3);
    expect(JSON.parse(line)).toEqual({ [text]: text });
    const errors: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((out) => errors.push(String(out)) > 0);
    for (const error of [new CommandError(text), new Error(text, { cause: new Error(`${text}.`) })]) {
      const program = emptyProgram('0');
      program.command('fail').action(() => Promise.reject(error));
      await runProgram(program, ['node', 'baton', 'fail']);
    }
    await runProgram(emptyProgram('0'), ['node', 'baton', '--', text]);
    process.exitCode = 0;
    expect(errors.length).toBeGreaterThanOrEqual(2);
    expectNone({ errors: errors.join('') }, rawIn);
  });

  it('is nothing but text in the Web UI and in a pull request', () => {
    expectNone(markdownOf(text), (out) => [
      ...rawIn(out.replaceAll('\u00a0', '')),
      ...structureProblems(out),
    ]);
  });

  it('is nothing but text in commits, whose last lines are Baton’s', async () => {
    expectNone(commitsOf(text), rawIn);
    const { commitMessage = '' } = commitsOf(text);
    const keys = commitMessage.trimEnd().split('\n\n').at(-1)?.split('\n');
    expect(keys?.map((line) => line.split(':')[0])).toEqual(['Baton-Feature', 'Baton-Packet', 'Baton-Role']);
  });

  it('is in its place in what people are asked', () => {
    const questions = questionsOf(text);
    expect(Object.values(questions)).not.toContain('');
    expectNone(questions, ownLines);
  });

  it('is quoted in prompts, and nothing outside of quotations', () => {
    const outputs = {
      ...promptsOf(text),
      ...promptsWithHandoffs(handoffs(text)),
    };
    expectNone(outputs, (out) => [...rawIn(out), ...unquoted(out)]);
  });
});

it('every CLI is told what a quotation is good for, whatever its role says', () => {
  expect(promptFor(taskOf({ instructions: 'Work our way.' }), 'given')).toContain(`- ${QUOTATIONS_RULE}\n`);
});

it('every renderer of lines is among them', async () => {
  const folder = new URL('../../src/cli/render/', import.meta.url);
  const found: string[] = [];
  for (const file of readdirSync(folder))
    found.push(...Object.keys((await import(new URL(file, folder).href)) as object));
  const used = Object.keys({ ...terminalOf('x', PLAIN), ...handoffText(handoffs('x')[0] as Handoff, PLAIN) });
  // These are parts of others: reportLines hands on what it has put in lines, transcriptLines looks at what it gets.
  const parts = ['nextLines', 'promptLines', 'evidenceLines', 'headLines', 'leftBehindLines', 'firstLines'];
  expect(found.filter((name) => name.endsWith('Lines') && !parts.includes(name)).sort()).toEqual(
    used.filter((name) => name.endsWith('Lines')).sort(),
  );
});

it('a text of any length takes a bounded part of what is shown', () => {
  const long = `${MARK} `.repeat(3000);
  const lengths = (outputs: Outputs) =>
    Object.entries(outputs).flatMap(([name, text]) =>
      text.length > 100_000 ? [`${name}: ${text.length}`] : [],
    );
  const { 'transcriptLines, raw': _whole, ...terminal } = terminalOf(long, PLAIN);
  expect(
    lengths({ ...terminal, ...markdownOf(long), ...questionsOf(long), ...commitsOf(long.slice(0, 2000)) }),
  ).toEqual([]);
});
