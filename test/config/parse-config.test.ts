import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { BASE, problemsOf, ROLE } from './base-config.ts';

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

  it('may call the installed paths by their old name', () => {
    const { worktrees } = configOf(`${BASE}worktrees: { link: [node_modules], copy: [.env] }\n`);
    expect(worktrees).toEqual({ installed: ['node_modules'], copy: ['.env'] });
    expect(configOf(`${BASE}worktrees: { installed: [.venv] }\n`).worktrees.installed).toEqual(['.venv']);
  });

  it('has commits of Baton, one a packet, unless it says otherwise', () => {
    expect(configOf(BASE).commits).toEqual({
      signoff: false,
      sign: false,
      per: 'packet',
      subject: '{objective}',
    });
    const commits = 'commits: { author: "Ada L. <ada@example.com>", subject: "{packet}: {objective}" }\n';
    expect(configOf(BASE + commits).commits).toMatchObject({
      author: 'Ada L. <ada@example.com>',
      subject: '{packet}: {objective}',
    });
  });

  it('may use an anchor for what its roles share', () => {
    const text = BASE.replace(`design: ${ROLE}`, `design: &crew ${ROLE}`).replaceAll(`: ${ROLE}`, ': *crew');
    expect(configOf(text).crew.deploy).toMatchObject({ command: ['node', 'agent.mjs'] });
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
    [
      'worktrees:\n  instaled: []\n',
      'baton.yaml:10: unknown key `instaled` in `worktrees`: did you mean `installed`?',
    ],
    ['commits:\n  sing: true\n', 'baton.yaml:10: unknown key `sing` in `commits`: did you mean `sign`?'],
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
      'unknown key `zzz` in `worktrees`; there are `installed`, `copy`',
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
    ['concurrency:\n  0\n', 10, '`concurrency` must be at least 1'],
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
    ['commits:\n  author: Ada\n', 10, 'an identity is written: Name <address>'],
    ['commits:\n  author: "Ada\\t<a@x>"\n', 10, 'an identity is written: Name <address>'],
    ['commits:\n  committer: <ada@example.com>\n', 10, 'an identity is written: Name <address>'],
    [
      'commits:\n  per: run\n',
      10,
      "`commits.per` can't be `run`; there are `packet`, `checkpoint`, `feature`",
    ],
    ['commits:\n  subject: "{objectiv}"\n', 10, '{objectiv} is nothing that a subject can name'],
    ['commits:\n  subject: "a\\rb"\n', 10, 'a subject is one line'],
    ['commits:\n  subject: ""\n', 10, '`commits.subject` is empty'],
    ['worktrees: { link: [/tmp] }\n', 9, 'is absolute'],
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
    ['gates:\n  a: { run: x, metric: m, min: 5, timeout: 25d }\n', 10, 'at most 24d'],
  ])('%j is refused with its line', (added, line, message) => {
    const text = problemsOf(BASE + added);
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain(`baton.yaml:${line}: `);
    expect(text).toContain(message);
  });

  it.each([
    ['homes: { gone: 10 }', '`homes.gone` (10): must be a duration with its unit, such as 30s, 5m or 1h'],
    ['concurrency: 51', '`concurrency` must be at most 50'],
    ['concurrency: 1.5', '`concurrency` must be a whole number, not 1.5'],
    [`protected: [${Array(101).fill('a').join(', ')}]`, '`protected` must have at most 100 entries'],
    ['protected: 3', '`protected` must be a list, not 3'],
    ['protected: x', '`protected` must be a list, not a text'],
    ['protected: [a, 3]', '`protected[1]` must be a text, not 3'],
    ['commits: { signoff: 3 }', '`commits.signoff` must be true or false, not 3'],
    ['commits: { signoff: [] }', '`commits.signoff` must be true or false, not a list'],
    ['gates: []', '`gates` must be an object, not a list'],
    [
      'gates: { a: { run: x, metric: m, min: [1] } }',
      '`gates.a.min` must be a number or an object, not a list',
    ],
    ['gates: { a: { run: x, metric: m, min: null } }', '`gates.a.min` has no value'],
    [
      `gates: { a: { run: ${'x'.repeat(2001)}, metric: m, min: 1 } }`,
      '`gates.a.run` must have at most 2000 characters',
    ],
    ['prices: { "a.b": { input: x, output: 1 } }', '`prices."a.b".input` must be a number, not a text'],
    ['prices: { "a b": { input: x, output: 1 } }', '`prices."a b".input` must be a number, not a text'],
    [
      'land: { branch: main }',
      '`land` can\'t be `{"branch":"main"}`; there are `branch`, `merge`, `pull-request`',
    ],
    ['land: 3', "`land` can't be `3`; there are `branch`, `merge`, `pull-request`"],
    [
      `land: ${'z'.repeat(61)}`,
      `\`land\` can't be \`${'z'.repeat(60)}\`; there are \`branch\`, \`merge\`, \`pull-request\``,
    ],
  ])('%.60s is told in full', (added, message) => {
    expect(problemsOf(`${BASE}${added}\n`)).toBe(`baton.yaml:9: ${message}`);
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
    [
      '    judge: { errors: {} }\n',
      15,
      '`release.production.judge.errors` needs min or max: without a limit',
    ],
    [
      '    judge: { errors: { min: 2, max: 1 } }\n',
      15,
      '`release.production.judge.errors`: min is above max',
    ],
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

describe('a role of the crew', () => {
  const withRole = (role: string, phase = 'implement', more = '') =>
    problemsOf(BASE.replace(`${phase}: ${ROLE}`, `${phase}: ${role}`) + more);
  const line = { design: 5, implement: 6, test: 7, deploy: 8 };

  it.each([
    '{ runner: claude }',
    '{ runner: claude, command: [npx, claude], args: [--verbose], model: opus, budget: { usd: 5 } }',
    '{ runner: codex, budget: { tokens: 100000 } }',
    '{ runner: gemini, model: any, wrapper: [sandbox, --] }',
    '{ runner: opencode, fallback: { runner: claude } }',
    '{ runner: acp, command: [agent, --acp] }',
    '{ runner: command, command: [x], fallback: { runner: person } }',
    '{ runner: person, role: reviewer }',
  ])('may be %s', (role) => expect(withRole(role)).toBe(''));

  it.each([
    ['{ runner: claud }', "`crew.implement.runner` can't be `claud`: did you mean `claude`?"],
    [
      '{ runner: aider }',
      "`crew.implement.runner` can't be `aider`; there are `command`, `claude`, `codex`, `gemini`, `opencode`, `acp`, `person`",
    ],
    ['{ runner: 3 }', "`crew.implement.runner` can't be `3`; there are"],
    ['{ command: [x] }', '`crew.implement.runner` is missing; there are `command`, `claude`'],
    ['claude', '`crew.implement` must be an object, not a text'],
    ['{ runner: command }', '`crew.implement.command` is missing'],
    ['{ runner: acp }', '`crew.implement.command` is missing'],
    ['{ runner: acp, command: [] }', '`crew.implement.command` is empty'],
    [
      '{ runner: command, command: [x], args: [y] }',
      'key `args` in `crew.implement` is not one of the runner `command`: it is for `claude`, `codex`, `gemini`, `opencode`',
    ],
    ['{ runner: person, model: x }', 'key `model` in `crew.implement` is not one of the runner `person`'],
    ['{ runner: claude, modle: x }', 'unknown key `modle` in `crew.implement`: did you mean `model`?'],
    [
      '{ runner: claude, fallback: { runner: codx } }',
      "`crew.implement.fallback.runner` can't be `codx`: did you mean `codex`?",
    ],
    [
      '{ runner: claude, fallback: { runner: claude, fallback: { runner: codex } } }',
      'unknown key `fallback` in `crew.implement.fallback`',
    ],
    ['{ runner: claude, budget: {} }', '`crew.implement.budget`: a budget needs usd or tokens'],
    ['{ runner: claude, budget: { usd: 0 } }', '`crew.implement.budget.usd` must be more than 0'],
    ['{ runner: claude, budget: { usd: 1, token: 5 } }', 'unknown key `token` in `crew.implement.budget`'],
    ['{ runner: claude, stall: 0s }', '`crew.implement.stall` must be longer than nothing'],
  ])('%s is refused at its line', (role, message) => {
    expect(withRole(role)).toContain(`baton.yaml:${line.implement}: `);
    expect(withRole(role)).toContain(message);
    expect(withRole(role).split('\n')).toHaveLength(1);
  });

  it.each(['{ runner: person }', '{ runner: claude, fallback: { runner: person } }'])(
    'that designs is no person: %s',
    (role) => expect(withRole(role, 'design')).toMatch(/baton.yaml:5: .*can't be `person`: the designer/),
  );

  it('that tells tokens only can have no limit in dollars without a price, at the line of the limit', () => {
    const budget = 'budget: { usd: 5 }\n';
    const prices = 'prices: { "gpt-x": { input: 1, output: 8, cachedInput: 0.1 } }\n';
    expect(withRole('{ runner: codex }', 'test', budget)).toBe(
      'baton.yaml:9: `budget.usd`: what `crew.test` costs would stay unknown, since `codex` tells tokens only: name its `model` and the price of that, or limit `tokens`',
    );
    expect(withRole('{ runner: codex, model: gpt-y }', 'test', budget + prices)).toContain(
      'baton.yaml:9: `budget.usd`: what `crew.test` costs would stay unknown, since `codex` tells tokens only: add `prices.gpt-y`',
    );
    expect(withRole('{ runner: codex, model: gpt-x }', 'test', budget + prices)).toBe('');
    expect(withRole('{ runner: codex }', 'test', 'budget: { tokens: 5 }\n')).toBe('');
    expect(withRole('{ runner: claude, fallback: { runner: gemini, budget: { usd: 1 } } }')).toContain(
      'baton.yaml:6: `crew.implement.fallback.budget.usd`: what `crew.implement.fallback` costs',
    );
    // These may tell what they cost, or do.
    for (const role of ['{ runner: claude }', '{ runner: opencode }', '{ runner: acp, command: [x] }', ROLE])
      expect(withRole(role, 'test', budget)).toBe('');
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

it('a value that is neither the one word nor the list that may stand there is told both', () => {
  const agent = '{ runner: person }';
  const parsed = parseConfig(`checks:
  test: { run: a, network: foo }
crew: { design: { runner: claude }, implement: ${agent}, test: ${agent}, deploy: ${agent} }
`);
  expect(parsed).toMatchObject({
    problems: [{ line: 2, message: "`checks.test.network` can't be `foo`; there are `open`, or a list" }],
  });
});
