import { describe, expect, it } from 'vitest';
import { reportLines } from '../../../src/cli/render/report.ts';
import { makeStyle, onTerminal, PLAIN } from '../../../src/cli/render/style.ts';
import type { FeatureReport, PacketReport } from '../../../src/domain/report.ts';
import { report } from '../samples.ts';

const storage = report.packets[0] as PacketReport;

const shown = (more: Partial<FeatureReport>, width = 80): string[] =>
  reportLines({ ...report, ...more }, { style: PLAIN, width });

const withPacket = (more: Partial<PacketReport>, width?: number): string[] =>
  shown({ packets: [{ ...storage, ...more }] }, width);

/** The lines of one section. */
const section = (title: string, lines: readonly string[]): string[] => {
  const start = lines.indexOf(title);
  if (start < 0) return [];
  return lines.slice(start + 1, lines.indexOf('', start));
};

describe('checks that were red from the start', () => {
  const knownRed = [
    { name: 'test', failing: 25 },
    { name: 'lint', failing: 0 },
  ];

  it('are in the line of the outcome, before anything else', () => {
    const [first] = shown({ outcome: 'landed', knownRed }, 200);
    expect(first).toBe(
      'prefs: landed, with checks that were red from the start: test (25 tests failed), lint (no report: nobody can tell whether it is redder now)',
    );
  });

  it('keep their line within the screen, and make a success no clean one', () => {
    expect(shown({ outcome: 'landed', knownRed }).slice(0, 3)).toEqual([
      'prefs: landed, with checks that were red from the start: test (25 tests',
      '  failed), lint (no report: nobody can tell whether it is redder now)',
      '  Users can save their preferences',
    ]);
    const colored = (more: Partial<FeatureReport>) =>
      onTerminal(reportLines({ ...report, ...more }, { style: makeStyle(true) })[0] ?? '');
    expect(colored({ outcome: 'landed' })).toContain('\u001b[32mlanded');
    expect(colored({ outcome: 'landed', knownRed })).toContain('\u001b[33mlanded');
    expect(colored({ outcome: 'stopped', knownRed })).toContain('\u001b[31mstopped');
  });

  it('are told of one test as of several', () => {
    expect(shown({ knownRed: [{ name: 'test', failing: 1 }] }, 200)[0]).toContain('test (1 test failed)');
  });
});

describe('the evidence of a packet', () => {
  it('is what was merged, and a line for each criterion, with who named it and whether it held before', () => {
    const lines = withPacket(
      {
        criteria: [
          {
            text: 'The theme is kept',
            evidence: 'the test "keeps it" passes',
            namedBy: 'plan',
            heldBefore: false,
          },
          { text: 'It builds', evidence: '`make` exited with 0', namedBy: 'plan', heldBefore: true },
          { text: 'It is described', evidence: 'docs/x.md is there', namedBy: 'agent', heldBefore: false },
          { text: 'It reads well', evidence: 'a person ticked it', namedBy: 'person', heldBefore: false },
        ],
      },
      200,
    );
    expect(section('Evidence', lines)).toEqual([
      '  storage',
      '    merged   as bbbbbbbbbbbb on aaaaaaaaaaaa, tree cccccccccccc',
      '    met      The theme is kept: the test "keeps it" passes; named by the plan',
      '    met      It builds: `make` exited with 0; named by the plan; held before this packet',
      '    met      It is described: docs/x.md is there; named by the agent',
      '    met      It reads well: ticked by a person',
    ]);
  });

  it('tells what people allowed, which tests are flaky, and what checks changed', () => {
    const lines = withPacket({
      allowances: [
        { what: 'files', names: ['src/db.ts', 'src/db.sql'], by: 'ada' },
        { what: 'tests', names: ['test: a.ts: old'], by: 'grace' },
      ],
      flaky: ['prefs > at once'],
      changedByChecks: { lint: ['src/a.ts'], test: [] },
    });
    expect(section('Evidence', lines)).toEqual([
      '  storage',
      '    merged   as bbbbbbbbbbbb on aaaaaaaaaaaa, tree cccccccccccc',
      '    allowed  by ada, files: src/db.ts, src/db.sql',
      '    allowed  by grace, tests that are missing or skipped: test: a.ts: old',
      '    flaky    failed and passed on the same tree: prefs > at once',
      '    changed  by lint, and put back: src/a.ts',
    ]);
  });

  it('stays within 80 columns, on lines below each other, with the first of many names', () => {
    const lines = withPacket({
      criteria: [
        { text: 'word '.repeat(40), evidence: 'fact '.repeat(30), namedBy: 'agent', heldBefore: true },
      ],
      flaky: Array.from({ length: 40 }, (_, index) => `suite > test ${index}`),
    });
    const evidence = section('Evidence', lines);
    expect(Math.max(...evidence.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(evidence[3]).toMatch(/^ {13}word/);
    expect(evidence.at(-1)).toMatch(/suite > test 11 and 28 more$/);
  });

  it('steers no terminal, whatever a test is called', () => {
    expect(withPacket({ flaky: ['\u001b[2Jprefs\n> x'] }).join('\n')).toContain(
      'on the same tree: <U+001B>[2Jprefs > x\n',
    );
  });

  it('is no more than the merge in reports of before there was more, and nothing of what was dropped', () => {
    expect(shown({}).join('\n')).not.toMatch(/ met +\w.*:|Left in the tree|red from the start/);
    expect(section('Evidence', withPacket({ criteria: [], flaky: [], changedByChecks: {} }))).toHaveLength(2);
    const [, dropped] = report.packets;
    expect(shown({ packets: dropped === undefined ? [] : [dropped] })).not.toContain('Evidence');
  });
});

describe('what set-up and checks leave in the tree', () => {
  it('is named once, with what to do about it', () => {
    expect(section('Left in the tree', shown({ leftBehind: ['node_modules/', 'coverage/'] }))).toEqual([
      '  node_modules/, coverage/',
      '  Nothing ignores them, so Baton keeps them out of its commits: add them to',
      '  .gitignore.',
    ]);
  });
});

it('names the files that a gate changed beside its figures', () => {
  const gates = [
    { name: 'coverage', outcome: 'met', figures: { lines: 94 }, problems: [], changed: ['a.ts'] },
  ] as const;
  expect(shown({ gates }).join('\n')).toMatch(/coverage +met +lines 94; changed, and put back: a.ts/);
});
