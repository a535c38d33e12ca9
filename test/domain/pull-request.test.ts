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

  it('has the request in one line as its title', () => {
    expect(pullRequestText(facts({ request: ' Add\n\u0007it\tnow ' })).title).toBe('Add it now');
  });
});
