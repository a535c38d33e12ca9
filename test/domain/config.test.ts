import { expect, it } from 'vitest';
import { checkNamed, checkNames, configSchema } from '../../src/domain/config.ts';

const role = { runner: 'claude' };
const crew = { design: role, implement: role, test: role, deploy: role };
const least = { checks: { test: 'npm test' }, crew };
const parsed = (more: object) => configSchema.safeParse({ ...least, ...more });
const messages = (more: object) => parsed(more).error?.issues.map(({ message }) => message) ?? [];

it('has its defaults', () => {
  expect(parsed({}).data).toMatchObject({
    checks: { test: { run: 'npm test', timeout: 600_000 } },
    prices: {},
    concurrency: 3,
    approvals: { design: 'ask', release: 'ask' },
    gates: {},
    land: 'branch',
    protected: ['baton.yaml'],
    homes: { gone: 600_000 },
    worktrees: { installed: [], copy: [] },
  });
});

it.each([
  ['no test', { checks: { lint: 'x' } }, 'checks needs a test command: without one nothing is proven'],
  [
    'a gate that could not fail',
    { gates: { a: { run: 'x' } } },
    'a gate needs min or max: without a threshold it could not fail',
  ],
  ['a single bound without a figure', { gates: { a: { run: 'x', max: 1 } } }, 'a single max needs a metric'],
  ['steps that fall', { release: production({ steps: [50, 10, 100] }) }, 'steps must rise and end with 100'],
  ['steps that stay', { release: production({ steps: [50, 50, 100] }) }, 'steps must rise and end with 100'],
  ['steps that end early', { release: production({ steps: [50] }) }, 'steps must rise and end with 100'],
  ['an author without an address', { commits: { author: 'Ada' } }, 'an identity is written: Name <address>'],
  [
    'a subject of what nobody knows',
    { commits: { subject: '{packet}: {goal}' } },
    '{goal} is nothing that a subject can name; there are {objective}, {packet}, {feature}, {role}, {kind}',
  ],
  ['a subject of two lines', { commits: { subject: 'a\nb' } }, 'a subject is one line'],
  [
    'no figure to judge by',
    { release: production({ judge: {} }) },
    'judge needs at least one figure: without it no canary could be bad',
  ],
])('refuses %s', (_what, more, message) => expect(messages(more)).toEqual([message]));

it.each([
  { gates: { a: { run: 'x', metric: 'm', min: 1 } } },
  { gates: { a: { run: 'x', max: { m: 1 }, report: 'a.json', exclusive: true, timeout: '1s' } } },
  { release: production({ steps: [100] }) },
  { release: { staging: { deploy: 'x', smoke: 'y' }, env: ['TOKEN'] } },
  { worktrees: { link: ['node_modules'] } },
  { approvals: { design: 'auto', release: 'auto' }, land: 'pull-request' },
  { commits: { author: 'Ada <ada@x>', subject: '{packet} {feature} {role} {kind}', per: 'checkpoint' } },
  {
    checks: {
      setup: { run: 'x', inputs: ['a'] },
      test: { run: 'x', only: 'y', changes: 'allowed', alongside: true },
    },
  },
])('takes %j', (more) => expect(messages(more)).toEqual([]));

it.each([
  { more: 1 },
  { gates: { a: { run: 'x', metric: 'm', min: 1, more: 1 } } },
  { gates: { 'A b': { run: 'x', metric: 'm', min: 1 } } },
  { checks: { test: { run: 'x', more: 1 } } },
  { checks: { test: '' } },
  { concurrency: 0 },
  { concurrency: 51 },
  { worktrees: { more: [] } },
  { worktrees: 3 },
  { release: { more: 1 } },
  { homes: { more: 1 } },
  { approvals: { more: 1 } },
  { approvals: { design: 'never' } },
  { approvals: { release: 'never' } },
  { land: 'tag' },
  { commits: { per: 'day' } },
  { release: { env: ['1A'] } },
  { release: { env: ['A-B'] } },
])('takes no %j', (more) => expect(parsed(more).success).toBe(false));

it('the set-up is no check', () => {
  const config = configSchema.parse({ ...least, checks: { setup: 'x', test: 'y', lint: 'z' } });
  expect(checkNames(config)).toEqual(['test', 'lint']);
  expect(checkNamed(config, 'setup')).toBeUndefined();
  expect(checkNamed(config, 'lint')?.run).toBe('z');
  expect(checkNamed(config, 'none')).toBeUndefined();
});

function production(more: object) {
  const commands = { deploy: 'a', shift: 'b', probe: 'c', rollback: 'd' };
  return { production: { ...commands, judge: { errors: { max: 1 } }, ...more } };
}
