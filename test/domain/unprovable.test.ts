import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/domain/config.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import { unprovableCriteria } from '../../src/domain/unprovable.ts';

const packets = [
  packetSchema.parse({
    id: 'api',
    objective: 'Build it.',
    criteria: [
      { text: 'It answers', evidence: { test: 'api > answers' } },
      { text: 'It is there', evidence: { file: 'src/api.ts' } },
      { text: 'It is nice', evidence: { person: true } },
      { text: 'The agent says how' },
    ],
  }),
  packetSchema.parse({
    id: 'db',
    objective: 'Store it.',
    criteria: [{ text: 'It stores', evidence: { test: 'stores' } }],
  }),
];
const checks = (value: object) => configSchema.shape.checks.parse(value);

describe('a criterion whose evidence is a test', () => {
  it('can’t be met without a report, and each one is told with what to do', () => {
    expect(unprovableCriteria(packets, checks({ setup: 'npm ci', test: 'npm test' }))).toEqual([
      'packet "api": the criterion "It answers" can\'t be met: its evidence is the test "api > answers", but no check ' +
        'in baton.yaml has a `report`, so Baton finds no tests by name. Give the check a `report`, or name a file, a ' +
        'command or a person as evidence.',
      expect.stringMatching(/^packet "db": the criterion "It stores" can't be met/),
    ]);
  });

  it('can’t be met by a report of the set-up', () => {
    const setup = { run: 'npm ci', report: 'a.xml', timeout: 1 };
    const found = { setup, test: { run: 'x', timeout: 1 } } as unknown as ReturnType<typeof checks>;
    expect(unprovableCriteria(packets, found)).toHaveLength(2);
    expect(
      unprovableCriteria(packets, { ...found, lint: undefined } as unknown as ReturnType<typeof checks>),
    ).toHaveLength(2);
  });

  it('can be met if any check has a report', () => {
    const found = checks({ test: 'npm test', browser: { run: 'npm run e2e', report: 'e2e.xml' } });
    expect(unprovableCriteria(packets, found)).toEqual([]);
  });
});
