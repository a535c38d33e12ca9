import { describe, expect, it } from 'vitest';
import { LONGEST_BODY, type PullRequestFacts, pullRequestText } from '../../src/domain/pull-request.ts';
import type { FeatureReport } from '../../src/domain/report.ts';

const commit = 'c'.repeat(40);
const facts = (report: object = {}, more: Partial<PullRequestFacts> = {}): PullRequestFacts => ({
  report: {
    feature: 'one',
    request: 'Add the file',
    tree: 't'.repeat(40),
    packets: [],
    gates: [],
    decisions: [],
    figures: { tests: null, humanInterventions: 0, automaticDecisions: 0 },
    ...report,
  } as unknown as FeatureReport,
  packets: [],
  checks: { test: { run: 'npm test', timeout: 1 }, setup: { run: 'npm ci', timeout: 1 } } as never,
  knownRed: [],
  base: 'main',
  baseCommit: 'b'.repeat(40),
  branch: 'feature/one',
  commit,
  ...more,
});
const packet = (id: string, more: object = {}) => ({ id, status: 'merged', files: ['a'], ...more });

const bars = (line = '') => line.replaceAll('\\|', '').split('|').length - 1;

describe('the text of a pull request', () => {
  it('calls nobody, links no issue and holds no markup of what somebody said', () => {
    const said = '<img src=x> @team fixes #12 | [x](y)\n# Title\n```';
    const { body } = pullRequestText(
      facts(
        {
          request: said,
          packets: [
            packet('one', {
              status: 'dropped',
              why: said,
              criteria: [{ text: said, evidence: said, namedBy: 'agent', heldBefore: true }],
              allowances: [{ what: 'files', names: [said], by: said }],
              flaky: [said],
              changedByChecks: { lint: [said] },
            }),
          ],
          leftBehind: [said],
          gates: [
            {
              name: 'coverage',
              outcome: 'waived',
              figures: {},
              problems: [said],
              waivedBy: said,
              changed: [said],
            },
          ],
          decisions: [{ item: 'question-1', choice: said, by: said, note: said, automatic: false }],
        },
        { packets: [{ id: 'one', objective: said }] as never },
      ),
    );
    expect(body).not.toMatch(/(^|[^\\])<(?!!-- -->)/);
    expect(body).not.toMatch(/[@#]\w/);
    expect(body).not.toMatch(/^\s*# /m);
    // No cell ends early: a row has as many bars of its own as the row above it.
    const lines = body.split('\n');
    for (const [at, line] of lines.entries())
      if (line.startsWith('| ') && lines[at - 1]?.startsWith('| '))
        expect(bars(line)).toBe(bars(lines[at - 1]));
    expect(lines.filter((line) => line.startsWith('| ---'))).toHaveLength(7);
  });

  it('says how to verify it, the set-up first, and keeps a command from ending its block', () => {
    const checks = { test: { run: 'echo ```', timeout: 1 }, setup: { run: 'npm ci', timeout: 1 } };
    const { body } = pullRequestText(facts({}, { checks: checks as never }));
    expect(body).toContain(
      `\`\`\`\`sh\ngit fetch origin feature/one && git switch --detach ${commit}\nnpm ci\necho \`\`\`\n\`\`\`\``,
    );
  });

  it('begins with what was red before anything was done, and how red that was', () => {
    const knownRed = [
      { name: 'test', failing: 25 },
      { name: 'lint', failing: 0 },
    ];
    const { body } = pullRequestText(facts({ knownRed }, { knownRed: [{ name: 'test' }, { name: 'lint' }] }));
    expect(body.split('\n\n').slice(0, 2)).toEqual([
      '**Red before anything was done: `test` (25 tests failed), `lint` (no report: nobody can tell whether it is redder now).** A person chose to go on with that: what was red then may be red still.',
      '> Add the file  ',
    ]);
    // A feature that began before its report told so.
    expect(pullRequestText(facts({}, { knownRed: [{ name: 'lint' }] })).body).toMatch(
      /^\*\*Red before anything was done: `lint`\.\*\*/,
    );
    expect(pullRequestText(facts()).body).toMatch(/^> Add the file/);
  });

  it('shows how criteria were met, and what weakens that', () => {
    const one = packet('one', {
      criteria: [
        { text: 'It is kept', evidence: 'the test "keeps" passes', namedBy: 'plan', heldBefore: false },
        { text: 'It builds', evidence: '`make` exited with 0', namedBy: 'agent', heldBefore: true },
        { text: 'It reads well', evidence: 'a person ticked it', namedBy: 'person', heldBefore: false },
      ],
      allowances: [{ what: 'tests', names: ['test: a.ts: old'], by: 'ada' }],
      flaky: ['at once'],
      changedByChecks: { lint: ['a.ts'] },
    });
    const gate = { name: 'coverage', outcome: 'met', figures: {}, problems: [], changed: ['b.ts'] };
    const { body } = pullRequestText(facts({ packets: [one], gates: [gate], leftBehind: ['dist/'] }));
    for (const row of [
      '## Criteria\n\n| Packet | Criterion | Evidence | Named by | Held before |',
      '| `one` | It is kept | the test "keeps" passes | the plan | no |',
      '| `one` | It builds | \\`make\\` exited with 0 | the agent | **yes** |',
      '| `one` | It reads well |  | ticked by a person | no |',
      '## Allowed by people\n\n| Packet | What | Which | By |',
      '| `one` | tests that are missing or skipped | test\\: a\\.ts\\: old | ada |',
      '## Flaky tests\n\nThey failed and passed on the same tree.\n\n| Packet | Tests |',
      '| `one` | at once |',
      '| lint | `one` | a\\.ts |',
      '| coverage |  | b\\.ts |',
      'Set-up and checks leave these, and nothing ignores them: dist/.',
    ])
      expect(body).toContain(row);
    expect(pullRequestText(facts({ packets: [packet('one')] })).body).not.toMatch(
      /## (Criteria|Allowed|Flaky|Files that|Left)/,
    );
  });

  it('shows the first of many criteria and tests, so that the rest still fits', () => {
    const criteria = Array.from({ length: 40 }, (_, n) => ({
      text: `criterion ${n} ${'*'.repeat(400)}`,
      evidence: 'x'.repeat(300),
      namedBy: 'plan',
      heldBefore: false,
    }));
    const flaky = Array.from({ length: 20 }, (_, n) => `test ${n}`);
    const packets = Array.from({ length: 40 }, (_, n) => packet(`packet-${n}`, { criteria, flaky }));
    const { body } = pullRequestText(facts({ packets }));
    expect(body.length).toBeLessThanOrEqual(LONGEST_BODY);
    expect(body).toMatch(/criterion 0 .*\n(.*\n)*\| … and \d+ more \| {2}\| {2}\| {2}\| {2}\|\n/);
    expect(body).toContain('test 7 and 12 more');
    expect(body).not.toContain('Too long to be shown here');
  });

  it('stays within its bound, whole parts only, and says what is left out', () => {
    const many = Array.from({ length: 300 }, (_, n) => packet(`packet-${n}`, { why: '*'.repeat(500) }));
    const decisions = Array.from({ length: 300 }, (_, n) => ({ item: `gate-${n}`, choice: 'x', by: 'me' }));
    const { title, body } = pullRequestText(facts({ packets: many, decisions, request: 'ä '.repeat(8000) }));
    expect(body.length).toBeLessThanOrEqual(LONGEST_BODY);
    expect([...title].length).toBeLessThanOrEqual(100);
    expect(body).toContain('Too long to be shown here');
    expect(body).toContain('… and 240 more');
    expect(body).toContain('How to verify');
  });

  it('tells packets, gates, decisions and tests in tables, each as it is known', () => {
    const packets = [
      packet('one', { files: ['a', 'b'], merge: { new: 'e'.repeat(40) } }),
      packet('two', { status: 'dropped', why: 'not *needed*', files: [] }),
    ];
    const gates = [
      { name: 'coverage', outcome: 'met', figures: { lines: 87.456, branches: null }, problems: [] },
      { name: 'speed', outcome: 'waived', figures: {}, problems: ['too slow', 'no p95'], waivedBy: 'ada' },
      { name: 'audit', outcome: 'absent', figures: {}, problems: [] },
    ];
    const decisions = [
      { item: 'gate-1', choice: 'waive', by: 'ada', note: 'this once', automatic: false },
      { item: 'design-1', choice: 'approve', by: 'baton', automatic: true },
    ];
    const figures = {
      tests: { total: 9, passing: 6, failing: 1, skipped: 2 },
      humanInterventions: 1,
      automaticDecisions: 2,
    };
    const { body } = pullRequestText(
      facts(
        { packets, gates, decisions, figures },
        { packets: [{ id: 'one', objective: 'Do it' }] as never },
      ),
    );
    expect(body.split('\n\n').slice(1)).toEqual([
      `Commit \`${commit}\`, tree \`${'t'.repeat(40)}\`, on \`main\` at \`${'b'.repeat(40)}\`.`,
      '## Tests',
      'Run by Baton on exactly this tree: 6 of 9 pass, 1 fail, 2 skipped.',
      '## Packets',
      [
        '| Packet | What | Status | Files | Merged as |',
        '| --- | --- | --- | --- | --- |',
        '| `one` | Do it | merged | 2 | `eeeeeeeeeeee` |',
        '| `two` |  | dropped: not \\*needed\\* | 0 |  |',
      ].join('\n'),
      '## Gates',
      [
        '| Gate | Outcome | Measured |',
        '| --- | --- | --- |',
        '| `coverage` | **met** | lines 87.46; branches unknown |',
        '| `speed` | **waived** | too slow; no p95; waived by ada |',
        '| `audit` | absent (not configured) |  |',
      ].join('\n'),
      '## Decisions (1 by people, 2 by themselves)',
      [
        '| Decision | Choice | By | Note |',
        '| --- | --- | --- | --- |',
        '| `gate-1` | waive | ada | this once |',
        '| `design-1` | approve | by itself (recommended choice) |  |',
      ].join('\n'),
      '## How to verify',
      `\`\`\`sh\ngit fetch origin feature/one && git switch --detach ${commit}\nnpm ci\nnpm test\n\`\`\``,
      'Made by Baton, feature `one`; `baton report one` tells all of it.\n',
    ]);
  });

  it('says where something is not known', () => {
    const { title, body } = pullRequestText(facts({ tree: undefined, request: ' \n ' }));
    expect(title).toBe('one');
    expect(body).toContain(`Commit \`${commit}\`, on \`main\` at`);
    expect(body).toContain('Run by Baton on exactly this tree: unknown.');
    expect(body).not.toMatch(/## (Packets|Gates|Decisions)/);
    const tests = { total: 2, passing: 2, failing: 0, skipped: 0 };
    const figures = { tests, humanInterventions: 0, automaticDecisions: 0 };
    expect(pullRequestText(facts({ figures })).body).toContain('exactly this tree: 2 of 2 pass.');
  });

  it('has the request in one line as its title', () => {
    expect(pullRequestText(facts({ request: ' Add\nit\tnow\u202e ' })).title).toBe('Add it now<U+202E>');
  });
});
