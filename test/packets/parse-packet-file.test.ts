import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { scopeEntries } from '../../src/packets/scope.ts';
import { problemsOf, read, SMALL } from './small-packet.ts';
import { walkthroughPackets } from './walkthrough.ts';

const fixture = (id: string) => walkthroughPackets.get(id) ?? '';

describe('the packets of the walkthrough', () => {
  it('db-users has six criteria, three paths, and words that are not enforced', () => {
    const { packet } = read(fixture('db-users'));
    expect(packet).toMatchObject({ id: 'db-users', branch: 'feature/db-users', dependencies: [] });
    expect(packet.criteria).toHaveLength(6);
    expect(packet.boundaries).toEqual({
      inScope: ['src/db/schema/', 'src/db/migrations/', 'src/lib/repositories/user.ts'],
      outOfScope: [],
      notes: 'Out of scope: API routes, authentication logic, UI components',
    });
    expect(packet.contract).toMatch(/^Export these types[\s\S]*documented methods$/);
  });

  it('api-users depends softly on db-users, and its agent reads why', () => {
    const { packet, unnamed } = read(fixture('api-users'));
    expect(packet.dependencies).toEqual([{ packet: 'db-users', type: 'soft' }]);
    expect(packet.instructions).toContain('Start with mock repository');
    expect(packet.boundaries.notes).toContain('permission checks (will be added later)');
    expect(unnamed).toEqual([]);
  });

  it('tests-users has a dependency without a name, left to the designer', () => {
    const { packet, unnamed } = read(fixture('tests-users'));
    expect(packet.dependencies).toEqual([]);
    expect(unnamed).toEqual([
      { type: 'soft', text: 'Can write test shells and mocks while implementation proceeds.', line: 18 },
    ]);
    expect(packet.boundaries.inScope).toEqual(['src/**/*.test.ts', 'src/test/']);
    expect(packet.instructions).toContain('Soft dependency: Can write test shells');
  });
});

describe('our extensions', () => {
  it('are kind, size and role', () => {
    const { packet } = read(
      SMALL.replace('Do it', 'Do it\n**Kind:** test\n**Size:** 1.5h\n**Role:** `tester`'),
    );
    expect(packet).toMatchObject({ kind: 'test', size: 90, role: 'tester' });
  });

  it.each([
    ['Create user (test: "creates a user")', { text: 'Create user', evidence: { test: 'creates a user' } }],
    [
      'Create user (test: creates a user (once))',
      { text: 'Create user', evidence: { test: 'creates a user (once)' } },
    ],
    ['Says "hi" (test: "says \\"hi\\"")', { text: 'Says "hi"', evidence: { test: 'says "hi"' } }],
    ['Doc (file: docs/api.md)', { text: 'Doc', evidence: { file: 'docs/api.md' } }],
    ['Runs (command: `npm run x`)', { text: 'Runs', evidence: { command: 'npm run x' } }],
    ['Looks right (person)', { text: 'Looks right', evidence: { person: true } }],
    ['Whatever (agent)', { text: 'Whatever' }],
    ['List users (paginated)', { text: 'List users (paginated)' }],
    ['Errors (400, 401)', { text: 'Errors (400, 401)' }],
  ])('read the evidence of %j', (line, expected) => {
    expect(read(SMALL.replace('It is done', line)).packet.criteria).toEqual([expected]);
  });

  it('are dependencies as a list', () => {
    const { packet } = read(`${SMALL}\n## Dependencies\n- soft: a\n- hard: \`b\` since it is so\n`);
    expect(packet.dependencies).toEqual([
      { packet: 'a', type: 'soft' },
      { packet: 'b', type: 'hard' },
    ]);
    expect(packet.instructions).toBe('Hard dependency on b: since it is so');
  });

  it('are instructions, in which headings inside code fences are no sections', () => {
    const { packet } = read(`${SMALL}\n## Instructions\nLook:\n\`\`\`md\n## Not a section\n\`\`\`\nEnd\n`);
    expect(packet.instructions).toBe('Look:\n```md\n## Not a section\n```\nEnd');
  });
});

describe('a code fence', () => {
  const instructions = (lines: string) => read(`${SMALL}\n## Instructions\n${lines}\n`).packet.instructions;
  it('ends with a line of nothing but its marks', () => {
    expect(instructions('```\n```x\n## Inside\n```\nEnd')).toBe('```\n```x\n## Inside\n```\nEnd');
  });
  it('does not end with the line that begins it', () => {
    expect(instructions('```\n## Inside\n```')).toBe('```\n## Inside\n```');
  });
  it.each(['~', '``', '~~'])('does not begin with %s', (marks) => {
    const { packet } = read(`${SMALL}\n## Instructions\n${marks}\n## Dependencies\n- soft: a\n${marks}\n`);
    expect(packet.dependencies).toHaveLength(1);
  });
});

it('a heading may have spaces around it', () => {
  const spaced = SMALL.replace('## Boundaries', '##  Boundaries  ').replace(': small', ':  small ');
  expect(read(spaced).packet).toEqual(read(SMALL).packet);
});

describe('scope', () => {
  const scopeOf = (text: string) => read(SMALL.replace('src/', text)).packet.boundaries;
  it('takes paths, globs and whatever stands in backticks', () => {
    expect(scopeOf('src/a.ts, *.{js,ts}, README.md, ./lib/x, `Makefile`, `docs`.').inScope).toEqual([
      'src/a.ts',
      '*.{js,ts}',
      'README.md',
      'lib/x',
      'Makefile',
      'docs',
    ]);
  });
  it('may be a list of lines', () => {
    expect(scopeOf('\n- src/a/\n- src/b/').inScope).toEqual(['src/a/', 'src/b/']);
  });
  it('leaves words to the notes, and warns where they hold a path', () => {
    const { packet, warnings } = read(SMALL.replace('src/', 'src/a, CI/CD, src/b/ and src/c/'));
    expect(packet.boundaries).toMatchObject({
      inScope: ['src/a'],
      notes: 'In scope: CI/CD, src/b/ and src/c/',
    });
    expect(formatProblems(warnings)).toContain('p.md:9: "src/b/ and src/c/" is read as words');
  });
  it('is told as words, not as paths, where it reads so', () => {
    const { boundaries } = read(
      SMALL.replace('src/', 'CI/CD, A1/B2C3, the API, v1.5.2-rc of it, e.g'),
    ).packet;
    expect(boundaries.inScope).toEqual(['e.g']);
    expect(boundaries.notes).toBe('In scope: CI/CD, A1/B2C3, the API, v1.5.2-rc of it');
  });
  it.each([
    ['"a b/"', ['a b/']],
    ['"a, b", c/', ['a, b', 'c/']],
    ['`a, b`, c/', ['a, b', 'c/']],
    ['(a, b), c/', ['c/']],
    ['././a/b/, .env, @x/y, a\\b', ['a/b/', '.env', '@x/y', 'a\\b']],
    ['a/..., b/.', ['a/...', 'b/']],
    ['none, a/, Nothing.', ['a/']],
    ['a/,, b/ ,', ['a/', 'b/']],
    ['ABCDE/FGHIJ', ['ABCDE/FGHIJ']],
  ])('takes %j apart', (text, expected) => {
    const all = scopeEntries(text, 7);
    expect(all.filter(({ isPath }) => isPath)).toEqual(
      expected.map((path) => ({ text: path, isPath: true, line: 7 })),
    );
  });
  it.each([
    ['(a, b), c/', ['(a, b)', 'c/']],
    ['none of it, Nothing else', ['none of it', 'Nothing else']],
    ['"a" b', ['"a" b']],
    ['v1.5.2-rc', ['v1.5.2-rc']],
    ['yes!no.md', ['yes!no.md']],
    ['and none', ['and none']],
    ['the `a/`', ['the `a/`']],
  ])('keeps the words of %j', (text, expected) => {
    expect(scopeEntries(text, 7).map((entry) => entry.text)).toEqual(expected);
    expect(scopeEntries(expected[0] ?? '', 7)[0]?.isPath).toBe(false);
  });
  it('of either kind may be written in either case and with hyphens, and notes end it', () => {
    const { packet } = read(
      `${SMALL.replace('**In Scope:** src/', '**in-scope:**\n* a/\n\n + b/\n**Out-Of-Scope**: c/, the API')}**NOTES:** Mind\n**In Scope:** this\n`,
    );
    expect(packet.boundaries).toEqual({
      inScope: ['a/', 'b/'],
      outOfScope: ['c/'],
      notes: 'Out of scope: the API\nMind\n**In Scope:** this',
    });
  });
  it('warns of paths without commas in either list, and of no other words', () => {
    const warned = (text: string) => formatProblems(read(`${SMALL}**Out of Scope:** ${text}\n`).warnings);
    expect(warned('src/a and b')).toContain('p.md:10: "src/a and b" is read as words, not as a path');
    expect(warned('all of src/*')).toContain('p.md:10');
    expect(warned('all of src/')).toContain('p.md:10');
    expect(warned('the API, CI/CD, and / or')).toBe('');
  });

  it('warns where no path is left to enforce', () => {
    expect(formatProblems(read(SMALL.replace('src/', 'the API')).warnings)).toContain('names no path');
  });
});

describe('a packet file that is wrong is refused with its line:', () => {
  it.each([
    ['no title', SMALL.replace('# Work Packet: small', ''), 'p.md:1: has no title'],
    ['another title', SMALL.replace('Work Packet:', 'Packet'), 'p.md:1: the title must be'],
    ['two titles', `${SMALL}# Work Packet: b\n`, 'p.md:10: a second title'],
    ['an id that is none', SMALL.replace('small', 'Not An Id'), 'p.md:1: "Not An Id" is not a packet id'],
    ['a reserved id', SMALL.replace('small', 'integration'), 'p.md:1: "integration" is reserved'],
    ['no objective', SMALL.replace('**Objective:** Do it', ''), 'p.md:1: has no objective'],
    ['an empty objective', SMALL.replace('Do it', ''), 'p.md:3: `Objective` is empty'],
    [
      'two objectives',
      SMALL.replace('Do it', 'Do it\n**Objective:** Do that'),
      'p.md:4: a second `Objective`',
    ],
    [
      'an unknown field',
      SMALL.replace('Do it', 'Do it\n**Brunch:** x'),
      'p.md:4: unknown field `Brunch`: did you mean `Branch`?',
    ],
    [
      'a bad branch',
      SMALL.replace('Do it', 'Do it\n**Branch:** `a..b`'),
      'p.md:4: "a..b" is not a branch name',
    ],
    [
      'an unknown kind',
      SMALL.replace('Do it', 'Do it\n**Kind:** tests'),
      "p.md:4: `Kind` can't be `tests`: did you mean `test`?",
    ],
    [
      'a size without unit',
      SMALL.replace('Do it', 'Do it\n**Size:** 30'),
      'p.md:4: `Size` must be a length of time',
    ],
    [
      'a size of days',
      SMALL.replace('Do it', 'Do it\n**Size:** 3d'),
      'p.md:4: `size` is too large: at most 1440 minutes',
    ],
    ['a role that is a path', SMALL.replace('Do it', 'Do it\n**Role:** ../../x'), 'p.md:4: '],
    [
      'no criteria',
      SMALL.replace('## Acceptance Criteria\n- [ ] It is done', ''),
      'p.md:1: has no section `## Acceptance Criteria`',
    ],
    ['words among criteria', SMALL.replace('- [ ] It', 'It'), 'p.md:6: is not a criterion'],
    ['evidence outside', SMALL.replace('is done', 'is (file: ../x)'), 'p.md:6: "../x" leaves the repository'],
    [
      'a doubled section',
      `${SMALL}## Boundaries\n`,
      'p.md:10: a second section `Boundaries`: the first is in line 8',
    ],
    [
      'an unknown section',
      `${SMALL}## Dependancies\n`,
      'p.md:10: unknown section `Dependancies`: did you mean `Dependencies`?',
    ],
    ['a boundary outside', SMALL.replace('src/', 'src/, ../x/'), 'p.md:9: "../x/" leaves the repository'],
    ['an absolute boundary', SMALL.replace('src/', '/etc/'), 'p.md:9: "/etc/" is absolute'],
    [
      'git’s own folder',
      SMALL.replace('src/', 'sub/.GIT/hooks'),
      'p.md:9: "sub/.GIT/hooks" is git\'s own folder',
    ],
    ['an empty id', SMALL.replace('small', ''), 'p.md:1: "" is not a packet id'],
    ['no boundaries', SMALL.replace(/## Boundaries[\s\S]*/, ''), 'p.md:1: has no section `## Boundaries`'],
    [
      'an unknown boundary',
      SMALL.replace('In Scope', 'In Scopes'),
      'p.md:9: unknown boundary `In Scopes`: did you mean `In Scope`?',
    ],
    [
      'two boundaries of a kind',
      `${SMALL}**In Scope:** b/\n`,
      'p.md:10: a second `In Scope`: the first is in line 9',
    ],
    [
      'a boundary of no kind',
      SMALL.replace('**In Scope:** ', ''),
      'p.md:9: is not a boundary: write `**In Scope:**` or `**Out of Scope:**` before it',
    ],
    [
      'a size of nothing',
      SMALL.replace('Do it', 'Do it\n**Size:** 0m'),
      'p.md:4: `size` must be more than 0',
    ],
    ['an id where the title is late', `\n\n${SMALL.replace('small', 'Not An Id')}`, 'p.md:3: "Not An Id"'],
    ['a file of megabytes', SMALL + ' '.repeat(256 * 1024), 'p.md:1: is larger than 256 KiB'],
    ['no dependency', `${SMALL}## Dependencies\n- something\n`, 'p.md:11: is not a dependency'],
    [
      'a contract without end',
      `${SMALL}## Interface Contract\n${'x'.repeat(6001)}\n`,
      'p.md:10: `contract` is too large: at most 6000 characters',
    ],
    [
      'evidence without end',
      SMALL.replace('is done', `is (command: ${'x'.repeat(1001)})`),
      'p.md:6: `criteria.evidence.command` is too large: at most 1000 characters',
    ],
    [
      'notes without end',
      `${SMALL}**Notes:** ${'x'.repeat(2001)}\n`,
      'p.md:10: `boundaries.notes` is too large: at most 2000 characters',
    ],
  ])('%s', (_what, text, expected) => {
    expect(problemsOf(text)).toContain(expected);
  });

  it.each([
    ['no objective', SMALL.replace('**Objective:** Do it', ''), 'has no objective: write `**Objective:** …`'],
    [
      'an unknown boundary',
      SMALL.replace('In Scope', 'In Scopes'),
      'unknown boundary `In Scopes`: did you mean `In Scope`?',
    ],
  ])('%s, and no more than that', (_what, text, expected) => {
    expect(problemsOf(text).replace(/^p\.md:\d: /, '')).toBe(expected);
  });

  it('but not for a size that is just allowed', () => {
    expect(read(SMALL.padEnd(256 * 1024)).packet.id).toBe('small');
  });
});

it('reads a file of Windows like any other', () => {
  expect(read(`\uFEFF${SMALL.replaceAll('\n', '\r\n')}`).packet).toEqual(read(SMALL).packet);
});
