import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { FIGURE_FORMATS, TEST_REPORT_FORMATS } from '../../src/domain/report-formats.ts';
import { codeBlocks, document } from './docs.ts';

const recipes = document('recipes.md');
const [crew = '', ...blocks] = codeBlocks(recipes, 'yaml');
const CHECKS = 'checks: { test: "true" }\n';

/** What a block leaves out because it is the same everywhere. */
const whole = (block: string) =>
  [block, ...(/^crew:/m.test(block) ? [] : [crew]), ...(/^checks:/m.test(block) ? [] : [CHECKS])].join('\n');

describe('docs/recipes.md', () => {
  it('begins with a crew for all', () => expect(crew).toMatch(/^crew:/));

  it.each(blocks.map((block, index) => [index + 1, block] as const))(
    'has a recipe that parses: %d',
    (_, block) => {
      expect(parseConfig(whole(block))).toMatchObject({ ok: true });
    },
  );

  it('names for each recipe what git has to ignore, and a report', () => {
    const sections = recipes.split(/^## /m).slice(1);
    expect(sections).toHaveLength(blocks.length);
    for (const section of sections) {
      expect(section).toContain('`.gitignore`:');
      expect(section).toMatch(/^ {4}report: /m);
    }
  });
});

describe('docs/reports.md', () => {
  const reports = document('reports.md');

  it.each(codeBlocks(reports, 'yaml').map((block, index) => [index + 1, block] as const))(
    'has an example that parses: %d',
    (_, block) => expect(parseConfig(whole(block))).toMatchObject({ ok: true }),
  );

  it.each([...TEST_REPORT_FORMATS, ...FIGURE_FORMATS])('tells of the format `%s`', (format) => {
    expect(reports).toContain(`\`${format}\``);
  });
});
