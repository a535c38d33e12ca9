import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { formatProblems } from '../../src/config/problem.ts';

const ROLE = '{ runner: command, command: [node, agent.mjs] }';
const BASE = `checks:
  setup: npm ci
  test: { run: npm test, report: results.xml }
crew:
  design: ${ROLE}
  implement: ${ROLE}
  test: ${ROLE}
  deploy: ${ROLE}
`;

const problemsOf = (text: string) => {
  const parsed = parseConfig(text);
  return parsed.ok ? '' : formatProblems(parsed.problems);
};
const configOf = (text: string) => {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed.config;
};

describe('a configuration that is right', () => {
  it('gets its defaults', () => {
    const config = configOf(BASE);
    expect(config.concurrency).toBe(3);
    expect(config.approvals).toEqual({ design: 'ask', release: 'ask' });
    expect(config.land).toBe('branch');
    expect(config.crew.design).toMatchObject({ stall: 300_000, timeout: 3_600_000, env: [] });
  });

  it('takes a check as a text or as an object', () => {
    const { checks } = configOf(`${BASE.replace('setup: npm ci', 'setup: npm ci\n  lint: npm run lint')}`);
    expect(checks.lint).toEqual({ run: 'npm run lint', timeout: 600_000 });
    expect(checks.test).toMatchObject({ run: 'npm test', report: 'results.xml' });
  });

  it('protects baton.yaml whatever the list says, and once', () => {
    expect(configOf(BASE).protected).toEqual(['baton.yaml']);
    expect(configOf(`${BASE}protected: [ops/**]\n`).protected).toEqual(['baton.yaml', 'ops/**']);
    expect(configOf(`${BASE}protected: [ops/**, baton.yaml]\n`).protected).toEqual(['ops/**', 'baton.yaml']);
  });

  it('may use an anchor for what its roles share', () => {
    const text = BASE.replace(`design: ${ROLE}`, `design: &crew ${ROLE}`).replaceAll(`: ${ROLE}`, ': *crew');
    expect(configOf(text).crew.deploy.command).toEqual(['node', 'agent.mjs']);
  });
});

describe('a key nobody knows', () => {
  it.each([
    ['concurency: 3\n', 'baton.yaml:9: unknown key `concurency`: did you mean `concurrency`?'],
    [
      'approvals:\n  desgin: ask\n',
      'baton.yaml:10: unknown key `desgin` in `approvals`: did you mean `design`?',
    ],
    [
      'gates:\n  coverage: { run: x, metric: a, max: 1, exclusiv: true }\n',
      'baton.yaml:10: unknown key `exclusiv` in `gates.coverage`: did you mean `exclusive`?',
    ],
    [
      'release:\n  staging:\n    deploy: x\n    smok: y\n',
      'baton.yaml:12: unknown key `smok` in `release.staging`: did you mean `smoke`?',
    ],
    ['worktrees:\n  links: []\n', 'baton.yaml:10: unknown key `links` in `worktrees`: did you mean `link`?'],
  ])('%j is refused with its line and the nearest right one', (added, expected) => {
    expect(problemsOf(BASE + added)).toBe(expected);
  });

  it('is named in a check that is an object', () => {
    expect(problemsOf(BASE.replace('report:', 'reprot:'))).toBe(
      'baton.yaml:3: unknown key `reprot` in `checks.test`: did you mean `report`?',
    );
  });

  it('is told what there is, where nothing is near', () => {
    expect(problemsOf(`${BASE}worktrees: { zzz: 1 }\n`)).toContain(
      'unknown key `zzz` in `worktrees`; there are `link`, `copy`',
    );
  });

  it('may have the name of an object’s own parts', () => {
    expect(problemsOf(`${BASE}__proto__: { a: 1 }\nconstructor: 2\n`)).toMatch(
      /:9: unknown key `__proto__`[\s\S]*:10: unknown key `constructor`/,
    );
  });
});

describe('a value that is wrong', () => {
  it.each([
    ['concurrency: 0\n', 9, '`concurrency` must be at least 1'],
    ['concurrency: many\n', 9, '`concurrency` must be a number, not a text'],
    ['approvals:\n  design: aks\n', 10, "`approvals.design` can't be `aks`: did you mean `ask`?"],
    ['release:\n', 9, '`release` has no value'],
    ['release: {}\n', 9, '`release` needs `staging` or `production`'],
    ['land: pull-requests\n', 9, 'did you mean `pull-request`?'],
    ['protected:\n  - ../other\n', 10, 'leaves the repository'],
    ['homes:\n  gone: 0s\n', 10, '`homes.gone` must be longer than nothing'],
    ['homes:\n  gone: 500ms\n', 10, '`homes.gone` must be at least 1s'],
    ['homes:\n  gone: 366d\n', 10, '`homes.gone` must be at most 365d'],
    ['homes:\n  gone: 10\n', 10, 'must be a duration with its unit'],
    ['gates:\n  a:\n    run: x\n', 10, 'a gate needs min or max'],
    ['gates:\n  a:\n    run: x\n    min: 3\n', 12, 'a single min needs a metric'],
    [
      'gates:\n  a:\n    run: x\n    min: much\n',
      12,
      '`gates.a.min` must be a number or an object, not a text',
    ],
    [
      'gates:\n  a:\n    run: x\n    min:\n      lines: much\n',
      13,
      '`gates.a.min.lines` must be a number, not a text',
    ],
    ['gates:\n  a:\n    run: x\n    min: {}\n', 10, 'needs a threshold'],
    ['gates:\n  a: { run: x, metric: m, min: 5, max: 4 }\n', 10, 'above its max'],
    ['gates:\n  A: { run: x, metric: m, min: 5 }\n', 10, '`A` is not a name'],
    ['gates:\n  test: { run: x, metric: m, min: 5 }\n', 10, 'is a check and a gate'],
    ['gates:\n  a: { run: x, metric: m, min: 5, timeout: -5m }\n', 10, 'must be a duration with its unit'],
    ['gates:\n  a: { run: x, metric: m, min: 5, timeout: 5 }\n', 10, 'must be a duration with its unit'],
    ['gates:\n  a: { run: x, metric: m, min: 5, timeout: 0s }\n', 10, 'must be longer than nothing'],
    ['gates:\n  a: { run: x, metric: m, min: 5, timeout: 9999d }\n', 10, 'at most 365d'],
  ])('%j is refused with its line', (added, line, message) => {
    const text = problemsOf(BASE + added);
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain(`baton.yaml:${line}: `);
    expect(text).toContain(message);
  });

  it('is told of once where a check is a text', () => {
    expect(problemsOf(BASE.replace('npm ci', '""'))).toBe('baton.yaml:2: `checks.setup` is empty');
    expect(problemsOf(BASE.replace('npm ci', '3'))).toBe(
      'baton.yaml:2: `checks.setup` must be a command, or an object with `run`, not 3',
    );
  });

  it('is told with all others, in the order of the file', () => {
    const text = problemsOf(`${BASE.replace('npm ci', '3')}land: x\nconcurrency: 0\n`);
    expect(text.match(/:\d+:/g)).toEqual([':2:', ':9:', ':10:']);
  });
});

describe('a release', () => {
  const production = (more: string) =>
    `${BASE}release:\n  production:\n    deploy: a\n    shift: b\n    probe: c\n    rollback: d\n${more}`;

  it.each([
    ['    judge: { errors: { max: 1 } }\n    steps: [50, 10, 100]\n', 16, 'steps must rise and end with 100'],
    ['    judge: { errors: { max: 1 } }\n    steps: [10]\n', 16, 'steps must rise and end with 100'],
    ['    judge: {}\n', 15, 'judge needs at least one figure'],
    ['    judge: { errors: {} }\n', 15, 'needs min or max'],
    ['    judge: { errors: { min: 2, max: 1 } }\n', 15, 'min is above max'],
    ['    bake: 5m\n', 10, '`release.production.judge` is missing'],
  ])('with %j is refused', (more, line, message) => {
    expect(problemsOf(production(more))).toContain(`baton.yaml:${line}: `);
    expect(problemsOf(production(more))).toContain(message);
  });

  it('may bake for no time', () => {
    const config = configOf(production('    bake: 0s\n    judge: { errors: { max: 1 } }\n'));
    expect(config.release?.production?.bake).toBe(0);
  });
});

describe('a runner of a later version', () => {
  it('is said not to be there yet, and nothing is asked of it', () => {
    expect(problemsOf(BASE.replace(ROLE, '{ runner: claude }'))).toBe(
      "baton.yaml:5: `crew.design.runner` is `claude`, which this version doesn't have yet; it has `command`",
    );
  });
  it('has keys of a later version', () => {
    expect(problemsOf(BASE.replace('runner: command,', 'runner: command, budget: { usd: 5 },'))).toBe(
      "baton.yaml:5: unknown key `budget` in `crew.design`: this version doesn't have it yet",
    );
  });
});

describe('a file that is no configuration', () => {
  it.each([
    ['', 'baton.yaml:1: is empty'],
    ['# only a comment\n', 'baton.yaml:1: is empty'],
    ['- a\n- b\n', 'must be an object'],
    ['just text\n', 'must be an object'],
    ['checks: {}\nchecks: {}\n', 'baton.yaml:2: Map keys must be unique'],
    ['checks:\n  test: [1\n', 'baton.yaml:'],
    ['a: 1\n---\nb: 2\n', 'baton.yaml:'],
    ['checks: !secret x\n', 'baton.yaml:1: Unresolved tag'],
    [`x: ${'y'.repeat(300_000)}`, 'is larger than'],
  ])('%.40j is refused', (text, expected) => {
    expect(problemsOf(text)).toContain(expected);
  });

  it('that unfolds without end is refused quickly', () => {
    const row = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(', ')}]\n`;
    const bomb = row('a', 'x') + row('b', '*a') + row('c', '*b') + row('d', '*c') + row('e', '*d');
    const start = performance.now();
    expect(problemsOf(bomb)).toContain('Excessive alias count');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('tells of the test command that is misspelt', () => {
    expect(problemsOf(BASE.replace('  test: { run', '  tset: { run'))).toBe(
      'baton.yaml:1: `checks` needs a `test` command: without one nothing is proven; did you mean that by `tset`?',
    );
  });
});
