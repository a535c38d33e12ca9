import { describe, expect, it } from 'vitest';
import { BASE, problemsOf, ROLE } from './base-config.ts';

describe('times and thresholds at their bounds', () => {
  const staging = (timeout: string) => `release:\n  staging: { deploy: x, timeout: ${timeout} }\n`;
  const production = (more: string) =>
    `release:\n  production: { deploy: a, shift: b, probe: c, rollback: d, judge: { errors: { min: 0, max: 0 } }, ${more} }\n`;
  const gate = (text: string) => `gates:\n  a: { run: x, ${text} }\n`;

  it.each([
    ['homes: { gone: 1s }\n'],
    ['homes: { gone: 365d }\n'],
    [staging('24d')],
    [production('timeout: 24d, bake: 365d')],
    [production('bake: 1m').replace('{ min: 0, max: 0 }', '{ min: 1 }')],
    [production('bake: 1m').replace('{ min: 0, max: 0 }', '{ max: 0 }')],
    [gate('metric: m, min: 5, max: 5')],
    [gate('metric: m, min: 0')],
    [gate('metric: m, max: 0')],
    [gate('metric: m, min: { a: 5 }, max: { a: 5 }')],
    [gate('metric: m, min: { a: 5 }, max: { b: 4 }')],
    [gate('metric: m, max: { b: 4 }')],
    ['budget: { tokens: 5 }\n'],
  ])('%j is right', (added) => {
    expect(problemsOf(BASE + added)).toBe('');
  });

  it.each([
    [staging('0s'), 10, '`release.staging.timeout` must be longer than nothing'],
    [staging('25d'), 10, '`release.staging.timeout` must be at most 24d'],
    [production('timeout: 0s'), 10, '`release.production.timeout` must be longer than nothing'],
    [production('bake: 366d'), 10, '`release.production.bake` must be at most 365d'],
    [
      'generated:\n  - { files: [a], run: x, timeout: 25d }\n',
      10,
      '`generated[0].timeout` must be at most 24d',
    ],
    [gate('metric: m, min: 5, timeout: 0s'), 10, '`gates.a.timeout` must be longer than nothing'],
    [
      gate('metric: m, min: 5, max: { a: 1 }'),
      10,
      '`gates.a`: min and max must both be numbers, or both be numbers by path',
    ],
    [
      gate('metric: m, min: { a: 1 }, max: 5'),
      10,
      '`gates.a`: min and max must both be numbers, or both be numbers by path',
    ],
    [
      gate('metric: m, min: { a: 1, b: 5 }, max: { b: 4, a: 1 }'),
      10,
      '`gates.a.min` of `b` is above its max: nothing could meet it',
    ],
    [gate('metric: m, max: {}'), 10, '`gates.a` needs a threshold: without one it could not fail'],
  ])('%j is refused', (added, line, message) => {
    expect(problemsOf(BASE + added)).toBe(`baton.yaml:${line}: ${message}`);
  });

  it('are told where they stand, of a check, a role or its fallback', () => {
    expect(problemsOf(BASE.replace('report: results.xml', 'timeout: 0s'))).toBe(
      'baton.yaml:3: `checks.test.timeout` must be longer than nothing',
    );
    const role = '{ runner: claude, timeout: 0s, fallback: { runner: claude, stall: 400d, timeout: 0s } }';
    expect(problemsOf(BASE.replace(`test: ${ROLE}`, `test: ${role}`)).split('\n')).toEqual([
      'baton.yaml:7: `crew.test.timeout` must be longer than nothing',
      'baton.yaml:7: `crew.test.fallback.stall` must be at most 24d',
      'baton.yaml:7: `crew.test.fallback.timeout` must be longer than nothing',
    ]);
  });
});

describe('a check’s name', () => {
  it.each(['lint', 'a1-b', `a${'b'.repeat(59)}`])('may be %s', (name) => {
    expect(problemsOf(BASE.replace('setup:', `${name}: x\n  setup:`))).toBe('');
  });
  it.each(['Lint', '1a', 'a_b', `a${'b'.repeat(60)}`])('may not be %s', (name) => {
    expect(problemsOf(BASE.replace('setup:', `${name}: x\n  setup:`))).toBe(
      `baton.yaml:2: \`${name}\` is not a check's name: use lower-case letters, digits and hyphens, a letter first`,
    );
  });
  it('is asked for where there is none', () => {
    const needs = '`checks` needs a `test` command: without one nothing is proven';
    expect(problemsOf(BASE.replace('  test: { run', '  other: { run'))).toBe(`baton.yaml:1: ${needs}`);
  });
});

describe('a place', () => {
  it('is the alias’ own where what it names is wrong', () => {
    const text = BASE.replace(`design: ${ROLE}`, 'design: &it { runner: claude, stall: 0s }').replace(
      `deploy: ${ROLE}`,
      'deploy: *it',
    );
    expect(problemsOf(text).split('\n')).toEqual([
      'baton.yaml:5: `crew.design.stall` must be longer than nothing',
      'baton.yaml:5: `crew.deploy.stall` must be longer than nothing',
    ]);
  });
  it('is quoted where its name has dots or spaces', () => {
    expect(problemsOf(`${BASE}prices: { "a.b": { input: x }, "c d": 3 }\n`)).toMatch(
      /`prices\."a\.b"[\s\S]*`prices\."c d"`/,
    );
  });
  it('is counted in a list', () => {
    expect(problemsOf(`${BASE}protected:\n  - a\n  - 3\n`)).toBe(
      'baton.yaml:11: `protected[1]` must be a text, not 3',
    );
    expect(problemsOf(`${BASE}protected: a\n`)).toBe('baton.yaml:9: `protected` must be a list, not a text');
    expect(problemsOf(`${BASE}approvals: [a]\n`)).toBe(
      'baton.yaml:9: `approvals` must be an object, not a list',
    );
    expect(problemsOf(`${BASE}commits: { sign: { a: 1 } }\n`)).toBe(
      'baton.yaml:9: `commits.sign` must be true or false, not an object',
    );
    expect(problemsOf(`${BASE}concurrency: 1.5\n`)).toBe(
      'baton.yaml:9: `concurrency` must be a whole number, not 1.5',
    );
  });
});

describe('a look at the request', () => {
  it.each([
    ['clarify: {}\n', ''],
    ['clarify: { timeout: 0s }\n', 'baton.yaml:9: `clarify.timeout` must be longer than nothing'],
    ['clarify: { timout: 3m }\n', 'baton.yaml:9: unknown key `timout` in `clarify`: did you mean `timeout`?'],
    [
      'clarify: { budget: {} }\n',
      'baton.yaml:9: `clarify.budget`: a budget needs usd or tokens: without a limit it could not be used up',
    ],
  ])('%j', (added, told) => expect(problemsOf(BASE + added)).toBe(told));

  it('has no limit in dollars on an agent that never tells them', () => {
    const codex = BASE.replace(`design: ${ROLE}`, 'design: { runner: codex }');
    expect(problemsOf(`${codex}clarify: { budget: { usd: 1 } }\n`)).toContain(
      'baton.yaml:9: `clarify.budget.usd`: what `crew.design` costs would stay unknown',
    );
    expect(problemsOf(`${codex}clarify: { budget: { tokens: 1000 } }\n`)).toBe('');
  });
});
