import { expect, it } from 'vitest';
import {
  agentsOf,
  budgetSchema,
  crewRoleSchema,
  hasFallback,
  memberOf,
  personOf,
} from '../../src/domain/crew-config.ts';

const alone = crewRoleSchema.parse({ runner: 'claude' });
const helped = crewRoleSchema.parse({ runner: 'claude', fallback: { runner: 'codex', model: 'x' } });
const handedOn = crewRoleSchema.parse({ runner: 'claude', fallback: { runner: 'person' } });
const person = crewRoleSchema.parse({ runner: 'person' });

it('a role has itself and whom it names', () => {
  expect(memberOf(helped)).toEqual(alone);
  expect(memberOf(helped, 'fallback')).toMatchObject({ runner: 'codex', model: 'x' });
  expect(memberOf(alone, 'fallback')).toEqual(alone);
  expect(memberOf(person, 'fallback')).toEqual({ runner: 'person' });
  expect([alone, helped, handedOn, person].map(hasFallback)).toEqual([false, true, true, false]);
});

it('only processes are agents', () => {
  const runners = (role: typeof alone) => agentsOf(role).map(({ runner }) => runner);
  expect([alone, helped, handedOn, person].map(runners)).toEqual([
    ['claude'],
    ['claude', 'codex'],
    ['claude'],
    [],
  ]);
  expect([alone, helped, handedOn, person].map(personOf)).toEqual([
    undefined,
    undefined,
    'fallback',
    'instead',
  ]);
});

it('a budget limits something', () => {
  expect(budgetSchema.safeParse({ usd: 1 }).success).toBe(true);
  expect(budgetSchema.safeParse({ tokens: 1 }).success).toBe(true);
  expect(budgetSchema.safeParse({ usd: 0 }).success).toBe(false);
  expect(budgetSchema.safeParse({}).error?.issues[0]?.message).toContain('a budget needs usd or tokens');
});

it('an agent has its limits without being told', () => {
  expect(alone).toEqual({ runner: 'claude', args: [], stall: 300_000, timeout: 3_600_000, env: [] });
  for (const runner of ['command', 'acp']) expect(crewRoleSchema.safeParse({ runner }).success).toBe(false);
  for (const runner of ['claude', 'codex', 'gemini', 'opencode', 'person'])
    expect(crewRoleSchema.safeParse({ runner }).success).toBe(true);
  for (const [key, value] of Object.entries({ role: 'A b', model: '', wrapper: [], command: [], extra: 1 }))
    expect(crewRoleSchema.safeParse({ runner: 'claude', [key]: value }).success).toBe(false);
});
