import { describe, expect, it } from 'vitest';
import { packetSchema } from '../../src/domain/packet.ts';
import { BASE, problemsOf } from './base-config.ts';

const AT: readonly (readonly [key: string, text: (command: string) => string])[] = [
  ['checks.lint', (c) => BASE.replace('checks:\n', `checks:\n  lint: ${c}\n`)],
  ['checks.lint.run', (c) => BASE.replace('checks:\n', `checks:\n  lint: { run: ${c} }\n`)],
  ['checks.lint.only', (c) => BASE.replace('checks:\n', `checks:\n  lint: { run: x, only: ${c} }\n`)],
  ['checks.setup', (c) => BASE.replace('setup: npm ci', `setup: ${c}`)],
  ['gates.size.run', (c) => `${BASE}gates: { size: { run: ${c}, metric: a, max: 1 } }\n`],
  ['generated[0].run', (c) => `${BASE}generated: [{ files: [a], run: ${c} }]\n`],
  ['services.db.start', (c) => `${BASE}services: { db: { start: ${c} } }\n`],
  ['services.db.ready', (c) => `${BASE}services: { db: { start: x, ready: ${c} } }\n`],
  ['services.db.stop', (c) => `${BASE}services: { db: { start: x, stop: ${c} } }\n`],
  ...['deploy', 'smoke'].map(
    (key) =>
      [
        `release.staging.${key}`,
        (c: string) =>
          `${BASE}release: { staging: { ${key === 'deploy' ? '' : 'deploy: x, '}${key}: ${c} } }\n`,
      ] as const,
  ),
  ...['deploy', 'shift', 'probe', 'rollback', 'current'].map((key) => {
    const others = { deploy: 'x', shift: 'x', probe: 'x', rollback: 'x', judge: { errors: { max: 1 } } };
    return [
      `release.production.${key}`,
      (c: string) =>
        `${BASE}release: { production: ${JSON.stringify({ ...others, [key]: JSON.parse(c) })} }\n`,
    ] as const;
  }),
];

describe.each(AT)('%s', (key, text) => {
  it('has to have a command in it: a shell would do nothing, and end as if all were well', () => {
    for (const [blank, shown] of [
      ['"  "', '"  "'],
      ['"\\n\\t"', '"\\n\\t"'],
      ['"# later"', '"# later"'],
      ['" # one\\n# two"', '" # one\\n# two"'],
    ] as const) {
      const told = problemsOf(text(blank));
      expect(told).toContain(`\`${key}\`: ${shown} has no command in it`);
      expect(told.split('\n')).toHaveLength(1);
    }
    expect(problemsOf(text('""'))).toMatch(/^baton\.yaml:\d+: `[^`]+` is empty$/);
  });

  it('may have remarks beside one', () => expect(problemsOf(text('"# first\\n  make # all"'))).toBe(''));
});

it('a command that is evidence has to have one in it, too', () => {
  const packet = (command: string) => ({
    id: 'a',
    objective: 'o',
    criteria: [{ text: 't', evidence: { command } }],
  });
  expect(packetSchema.safeParse(packet('  ')).success).toBe(false);
  expect(packetSchema.safeParse(packet('# done')).success).toBe(false);
  expect(packetSchema.safeParse(packet('make check')).success).toBe(true);
});
