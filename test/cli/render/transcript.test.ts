import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elsewhereLines } from '../../../src/cli/render/elsewhere.ts';
import { makeStyle, onTerminal, PLAIN } from '../../../src/cli/render/style.ts';
import { elapsed, runEnd, runHead, transcriptLines } from '../../../src/cli/render/transcript.ts';
import type { RunRecord } from '../../../src/homes/runs.ts';

const START = '2026-03-01T10:00:00.000Z';
const brief = { style: PLAIN, full: false, raw: false };
const full = { ...brief, full: true };
const raw = { ...brief, raw: true };
const run: RunRecord = { packet: 'api', run: 2, role: 'tdd-typescript', runner: 'command', startedAt: START };

/** Entries a second apart, as they are shown. */
const shown = (entries: readonly object[], options = brief) =>
  entries.flatMap((entry, at) => {
    const kept = { at: new Date(Date.parse(START) + at * 1000).toISOString(), ...entry };
    return transcriptLines(JSON.stringify(kept), START, options);
  });
const event = (said: object) => ({ kind: 'event', event: said });
const result = (given: object) => event({ type: 'result', result: given });
const task = {
  feature: { id: 'prefs', request: 'Users can save their preferences' },
  packet: { id: 'api', objective: 'Add the API' },
  resume: { sessionId: 's-1', answer: 'X-Theme' },
  feedback: [{ kind: 'check', text: 'test is red:\n1\n2\n3\n4', files: ['src/api.ts'] }],
};
const check = {
  name: 'test',
  passed: false,
  exitCode: 1,
  durationMs: 812,
  tests: { total: 3, passing: 2, failing: 1 },
  failing: ['greets by name'],
  output: 'expected Hi\n',
};
const answer = (checks: readonly object[]) => ({
  kind: 'answer',
  answer: { type: 'checkpoint', commit: '0123456789abcdef0123', checks },
});

describe('a transcript for a person', () => {
  it('tells what the agent was told, said and did, with the time since its start', () => {
    const entries = [
      { kind: 'task', task },
      { kind: 'prompt', text: 'Do it.\nWith care.' },
      event({ type: 'session', id: 's-1' }),
      event({ type: 'progress', percent: 39.6, note: 'writing the test' }),
      event({ type: 'checkpoint', message: 'RED: greets', run: ['test', 'lint'] }),
      answer([check, { ...check, name: 'lint', passed: true, exitCode: 0, tests: null, failing: [] }]),
      {
        kind: 'commit',
        commit: 'abcdef0123456789',
        message: 'api: work',
        files: [{ path: 'src/api.ts', status: 'added' }],
      },
      event({ type: 'usage', inputTokens: 5 }),
      { kind: 'stderr', text: 'warning: slow' },
      { kind: 'stdout', text: 'npm notice' },
      { kind: 'stdout', text: '{"type":"assistant","text":"…' },
      { kind: 'baton', text: 'that event is not valid' },
      result({ status: 'done', summary: 'The API is there.\nIt greets.', decisions: ['one table'] }),
    ];
    expect(shown(entries)).toEqual([
      '  0:00.0  task        Add the API',
      '  0:00.0  resumes     its session of before',
      '  0:00.0  answer      X-Theme',
      '  0:00.0  feedback    check: test is red:',
      '                      1',
      '                      2',
      '                      3',
      '                      … 1 more line (--full)',
      '  0:01.0  prompt      Do it.',
      '                      With care.',
      '  0:03.0  progress    40% writing the test',
      '  0:04.0  checkpoint  RED: greets (checks: test, lint)',
      '  0:05.0  measured    0123456789ab',
      '  0:05.0  check       test failed (exit code 1), 2 of 3 tests pass, 812 ms',
      '                      failing: greets by name',
      '  0:05.0  check       lint passed, tests unknown, 812 ms',
      '  0:06.0  commit      abcdef012345 api: work',
      '                      added src/api.ts',
      '  0:08.0  stderr      warning: slow',
      '  0:09.0  stdout      npm notice',
      '  0:11.0  baton       that event is not valid',
      '  0:12.0  done        The API is there.',
      '                      It greets.',
    ]);
  });

  it('tells a question with its choices, a failure, and a result that is neither', () => {
    const question = { text: 'Which header?', options: ['X-A', 'X-B'], recommended: 'X-B' };
    expect(
      shown([
        result({ status: 'blocked', question }),
        result({ status: 'failed', reason: 'no database' }),
        result({ status: 'dine' }),
      ]),
    ).toEqual([
      '  0:00.0  question    Which header?',
      '                      choices: X-A, X-B (recommended)',
      '  0:01.0  failed      no database',
      '  0:02.0  result      {"status":"dine"}',
    ]);
  });

  it('shows the first lines of a prompt, or all of it', () => {
    const prompt = {
      kind: 'prompt',
      text: Array.from({ length: 20 }, (_, at) => `line ${at + 1}`).join('\n'),
    };
    const lines = shown([prompt]);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('                      … 12 more lines (--full)');
    expect(shown([prompt], full)).toHaveLength(20);
    const long = { kind: 'prompt', text: 'x'.repeat(3000) };
    expect(shown([long])[0]).toHaveLength(22 + 500);
    expect(shown([long], full)[0]).toHaveLength(22 + 3000);
  });

  it('shows decisions and the output of red checks where all is wanted', () => {
    const entries = [answer([check]), result({ status: 'done', summary: 'Done.', decisions: ['one table'] })];
    expect(shown(entries, full).filter((line) => !shown(entries).includes(line))).toEqual([
      '                      expected Hi',
      '  0:01.0  decision    one table',
    ]);
  });

  it('names some of many failing tests', () => {
    const failing = Array.from({ length: 8 }, (_, at) => `test ${at}`);
    expect(shown([answer([{ ...check, failing }])]).slice(2)).toEqual([
      ...failing.slice(0, 5).map((name) => `                      failing: ${name}`),
      '                      … 3 more failing (--full)',
    ]);
  });

  it('shows what programs printed for programs where that is wanted', () => {
    const entries = [
      event({ type: 'session', id: 's-1' }),
      event({ type: 'usage', inputTokens: 5 }),
      { kind: 'stdout', text: '{"type":"assistant"}' },
    ];
    expect(shown(entries)).toEqual([]);
    expect(shown(entries, raw)).toEqual([
      '  0:00.0  session     s-1',
      '  0:01.0  usage       {"inputTokens":5}',
      '  0:02.0  stdout      {"type":"assistant"}',
    ]);
  });

  it('keeps to be seen what it does not know', () => {
    expect(
      shown([{ kind: 'weather', sky: 'blue' }, event({ type: 'constructor' }), { kind: 'task', task: 7 }]),
    ).toEqual([
      '  0:00.0  unknown     {"kind":"weather","sky":"blue"}',
      '  0:01.0  event       {"type":"constructor"}',
      '  0:02.0  unknown     {"kind":"task","task":7}',
    ]);
    expect(transcriptLines('{"kind":"ta', START, brief)).toEqual(['       ?  unreadable  {"kind":"ta']);
  });

  it('dims what an agent wrote to standard error', () => {
    const line = JSON.stringify({ at: START, kind: 'stderr', text: 'slow' });
    expect(onTerminal(transcriptLines(line, START, { ...brief, style: makeStyle(true) })[0] ?? '')).toContain(
      '\u001b[2mslow\u001b[22m',
    );
  });
});

/** Texts that would steer a terminal, anywhere in them. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;x\u0007',
        '\u001b',
        '\u009b31m',
        '\u0007',
        '\r',
        '\n',
        '\t',
        '\u001b\u001b[0m[2J',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map((parts) => parts.join(''));
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostile,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(hostile, tie('value'), { maxKeys: 4 }),
  ),
})).value;
/** Objects whose keys are those of real entries, with anything in them. */
const nearly = (...keys: string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, fc.oneof(hostile, anyJson)])), { requiredKeys: [] });
const anyEntry = fc
  .tuple(
    fc.constantFrom(
      'task',
      'prompt',
      'event',
      'answer',
      'commit',
      'baton',
      'stdout',
      'stderr',
      'constructor',
    ),
    nearly('at', 'text', 'commit', 'message', 'files'),
    nearly(
      'feature',
      'packet',
      'resume',
      'feedback',
      'type',
      'note',
      'percent',
      'message',
      'run',
      'result',
      'checks',
      'commit',
    ),
    fc.constantFrom('progress', 'checkpoint', 'session', 'usage', 'result', '__proto__'),
    fc.record({
      status: fc.constantFrom('done', 'failed', 'blocked'),
      summary: hostile,
      reason: hostile,
      question: fc.record({ text: hostile, options: fc.array(hostile) }),
    }),
  )
  .map(([kind, entry, inner, type, given]) => ({
    ...entry,
    kind,
    task: { feature: { request: inner.note }, packet: { objective: inner.message }, ...inner },
    event: { ...inner, type, result: given },
    answer: {
      type: 'checkpoint',
      commit: inner.commit,
      checks: [{ name: inner.note, passed: false, ...inner }],
    },
  }));
const anyLine = fc.oneof(
  hostile,
  anyJson.map((value) => JSON.stringify(value)),
  anyEntry.map((value) => JSON.stringify(value)),
);

describe('whatever an agent wrote', () => {
  it('is shown without an error, and without a character that steers a terminal', () => {
    fc.assert(
      fc.property(
        anyLine,
        fc.oneof(fc.constant(START), hostile),
        fc.boolean(),
        fc.boolean(),
        (line, start, isFull, isRaw) => {
          for (const each of transcriptLines(line, start, { style: PLAIN, full: isFull, raw: isRaw }))
            expect(each).not.toMatch(/(?!\t)\p{Cc}/u);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is shown also where it is nested deeper than a stack is', () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const line = `{"at":"${START}","kind":"event","event":{"type":"result","result":${nested}}}`;
    expect(transcriptLines(line, START, brief)).toEqual([
      '  0:00.0  result      (nested too deep to be shown)',
    ]);
  });

  it('reaches the screen where it has the shape of an entry', () => {
    const words = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(words, hostile, (word, text) => {
        const [line = ''] = shown([event({ type: 'progress', note: `${word}${text}` })]);
        expect(line).toContain(word);
      }),
    );
  });
});

describe("a run's head", () => {
  it('says unknown where something is', () => {
    expect(runHead({ ...run, outcome: 'done', durationMs: 17_500 }, { style: PLAIN })).toEqual([
      'api, run 2 · tdd-typescript · runner command · model unknown',
      'started 2026-03-01 10:00:00 UTC · done · duration 17.5 s · tokens in unknown, out unknown · cost unknown',
    ]);
    expect(runHead(run, { style: PLAIN })[1]).toBe('started 2026-03-01 10:00:00 UTC · has not ended');
  });

  it('says all there is to say', () => {
    const whole = {
      ...run,
      model: 'large',
      resumed: true,
      outcome: 'blocked' as const,
      durationMs: 340,
      inputTokens: 1234,
      outputTokens: 0,
      costUsd: 0.5,
    };
    expect(runHead(whole, { style: PLAIN })).toEqual([
      'api, run 2 · tdd-typescript · runner command · model large · a session of before',
      'started 2026-03-01 10:00:00 UTC · blocked · duration 340 ms · tokens in 1,234, out 0 · cost $0.50',
    ]);
    expect(runEnd(whole, { style: PLAIN })).toBe(
      'api, run 2 ended: blocked · duration 340 ms · tokens in 1,234, out 0 · cost $0.50',
    );
  });
});

it.each([
  ['2026-03-01T10:00:00.099Z', '0:00.0'],
  ['2026-03-01T10:01:07.380Z', '1:07.3'],
  ['2026-03-01T10:59:59.999Z', '59:59.9'],
  ['2026-03-01T11:02:03.999Z', '1:02:03'],
  ['2026-03-01T09:59:59.000Z', '?'],
  ['soon', '?'],
  [undefined, '?'],
])('%s is %s after the start', (at, text) => {
  expect(elapsed(START, at)).toBe(text);
});

it('says where runs are that are not here', () => {
  const away = [
    { packet: 'design', run: 1, home: 'aaaaaaaa' },
    { packet: 'api', run: 1, home: 'bbbbbbbb' },
    { packet: 'api', run: 2, home: 'bbbbbbbb' },
    { packet: 'ui', home: 'bbbbbbbb' },
  ];
  expect(
    elsewhereLines(away, { here: 'cccccccc, in /home/ann/.baton', command: 'baton logs prefs' }),
  ).toEqual([
    'Not in this home (cccccccc, in /home/ann/.baton):',
    '  in the home aaaaaaaa: design (run 1)',
    '  in the home bbbbbbbb: api (run 1, run 2), ui (running now)',
    "Run this on that home's machine, with the folder whose home.json has that id: baton logs prefs --home <folder>",
  ]);
});
