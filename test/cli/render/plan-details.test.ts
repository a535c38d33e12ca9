import { describe, expect, it } from 'vitest';
import { planDetailLines } from '../../../src/cli/render/plan-details.ts';
import { PLAIN } from '../../../src/cli/render/style.ts';
import { packetSchema } from '../../../src/domain/packet.ts';
import { planMarkdown, type WholePlan } from '../../../src/domain/plan-markdown.ts';

const api = packetSchema.parse({
  id: 'api',
  objective:
    'Answer GET and PUT of /preferences, with one answer for each way in which a request can be wrong',
  size: 60,
  criteria: [
    { text: 'A theme that is unknown is refused', evidence: { test: 'api > refuses a theme' } },
    { text: 'It is told in the documents' },
  ],
  boundaries: { inScope: ['src/api/', 'tests/api/'], outOfScope: ['src/api/generated/'] },
  dependencies: [{ packet: 'storage', type: 'soft' }],
});
const storage = packetSchema.parse({
  id: 'storage',
  objective: 'Keep preferences',
  boundaries: { inScope: ['src/storage/', 'check.sh'] },
  criteria: [{ text: 'They are kept', evidence: { command: 'sh tests/kept.sh' } }],
  contract: 'get(user)\nput(user, preferences)',
});
const plan: WholePlan = {
  packets: [storage, api],
  slots: 2,
  measuring: [{ packet: 'storage', path: 'check.sh', why: 'named by checks.test' }],
  before: [storage, { ...api, size: 30 }],
};

describe('a plan with all that is approved', () => {
  it('fits into 80 columns', () => {
    const lines = planDetailLines(plan, { style: PLAIN, width: 80 });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).toMatchSnapshot();
  });

  it('takes no more than a readable width of 160 columns', () => {
    const lines = planDetailLines(plan, { style: PLAIN, width: 160 });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lines.join('\n')).toMatchSnapshot();
  });

  it('is written as Markdown, whole, or as much of it as there is room for', () => {
    expect(planMarkdown(plan, { title: 'The plan to be approved' })).toMatchSnapshot();
    const short = planMarkdown(plan, { title: 'The plan', limit: 600, more: 'baton plan prefs' });
    expect(short).toContain('1 more packet not shown here: `baton plan prefs`');
    expect(short).not.toContain('#### api');
  });
});
