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

describe('the text of a pull request', () => {
  it('calls nobody, links no issue and holds no markup of what somebody said', () => {
    const said = '<img src=x> @team fixes #12 | [x](y)\n# Title\n```';
    const { body } = pullRequestText(
      facts(
        {
          request: said,
          packets: [packet('one', { status: 'dropped', why: said })],
          gates: [{ name: 'coverage', outcome: 'waived', figures: {}, problems: [said], waivedBy: said }],
          decisions: [{ item: 'question-1', choice: said, by: said, note: said, automatic: false }],
        },
        { packets: [{ id: 'one', objective: said }] as never },
      ),
    );
    expect(body).not.toMatch(/(^|[^\\])<(?!!-- -->)/);
    expect(body).not.toMatch(/[@#]\w/);
    expect(body).not.toMatch(/^\s*# /m);
    // No cell ends early: a row has as many bars of its own as its head.
    for (const line of body.split('\n').filter((row) => row.startsWith('| ')))
      expect([4, 5, 6]).toContain(line.replaceAll('\\|', '').split('|').length - 1);
  });

  it('says how to verify it, the set-up first, and keeps a command from ending its block', () => {
    const checks = { test: { run: 'echo ```', timeout: 1 }, setup: { run: 'npm ci', timeout: 1 } };
    const { body } = pullRequestText(facts({}, { checks: checks as never }));
    expect(body).toContain(
      `\`\`\`\`sh\ngit fetch origin feature/one && git switch --detach ${commit}\nnpm ci\necho \`\`\`\n\`\`\`\``,
    );
  });

  it('tells what was red on the base before anything was done', () => {
    expect(pullRequestText(facts({}, { knownRed: [{ name: 'lint' }] })).body).toContain(
      'Red on the base already: `lint`.',
    );
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
