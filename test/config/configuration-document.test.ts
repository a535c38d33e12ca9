import { describe, expect, it } from 'vitest';
import { allKeys } from '../../src/config/config-keys.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { codeBlocks, document } from './docs.ts';

const text = document('configuration.md');
/** Pages of their own, to which it leads. */
const more = ['reports.md', 'side-by-side.md', 'repositories.md', 'services.md'].map(document).join('\n');
const reference = document('reference/configuration.md');

/** The four roles, and their second agents, have the same keys, told once. */
const toldAs = (key: string) =>
  key.replace(/^crew\.(?:design|implement|test|deploy)\.(?:fallback\.)?/, 'crew.*.');

describe('docs/configuration.md', () => {
  it.each([...new Set(allKeys().map(toldAs))])('tells of `%s`', (key) => {
    const isHeading = [
      'checks',
      'crew',
      'budget',
      'prices',
      'approvals',
      'gates',
      'release',
      'homes',
      'commits',
      'worktrees',
    ].includes(key);
    expect(isHeading ? text : `${text}${more}${reference}`).toContain(
      isHeading ? `## ${key}\n` : `\`${key}\``,
    );
  });

  it('tells of no key that is not there', () => {
    const rows = (of: string) =>
      [...of.matchAll(/^\| `([a-z]+\.[a-zA-Z.*]+)` +\|/gm)].map((match) => match[1] ?? '');
    // The other pages have names of files in their tables as well.
    const elsewhere = rows(more).filter((key) => /^(?:checks|generated|services|gates|crew)\./.test(key));
    expect(elsewhere.length).toBeGreaterThan(3);
    const told = [...rows(text), ...elsewhere];
    expect(told.length).toBeGreaterThan(30);
    expect(allKeys().map(toldAs)).toEqual(expect.arrayContaining(told));
  });

  it.each(codeBlocks(text, 'yaml').map((block, index) => [index + 1, block] as const))(
    'has an example that parses: %d',
    (_index, block) => expect(parseConfig(block)).toMatchObject({ ok: true }),
  );

  it('has three examples', () => expect(codeBlocks(text, 'yaml')).toHaveLength(3));

  it('says the defaults that the schema gives', () => {
    const [least = ''] = codeBlocks(text, 'yaml');
    const parsed = parseConfig(
      `${least}gates: { a: { run: x, metric: m, max: 1 } }\nrelease:\n  production: { deploy: a, shift: b, probe: c, rollback: d, judge: { e: { max: 1 } } }\n`,
    );
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        checks: { test: { timeout: 600_000 } },
        crew: { design: { stall: 300_000, timeout: 3_600_000, env: [] } },
        concurrency: 3,
        approvals: { design: 'ask', release: 'ask' },
        gates: { a: { exclusive: false, timeout: 600_000 } },
        release: { env: [], production: { steps: [10, 50, 100], bake: 300_000, timeout: 600_000 } },
        land: 'branch',
        protected: ['baton.yaml'],
        homes: { gone: 600_000 },
        commits: { signoff: false, sign: false, per: 'packet', subject: '{objective}' },
        worktrees: { installed: [], copy: [] },
      },
    });
  });
});
