import { describe, expect, it } from 'vitest';
import { BASE, problemsOf } from './base-config.ts';

const LINES = BASE.trimEnd().split('\n').length;

describe('a text without quotes that YAML takes for an alias', () => {
  const told = (line: number, name: string) =>
    `baton.yaml:${line}: \`*${name}\` is an alias, and no anchor \`&${name}\` stands before it: if it is a text, put it in quotes`;

  it('is told at its line', () => {
    expect(problemsOf(`${BASE}land: branch\nprotected: [ops/**, **/*.sql]\n`)).toBe(
      told(LINES + 2, '*/*.sql'),
    );
  });

  it('is told each time, with all else that is wrong with the text', () => {
    expect(problemsOf(`${BASE}protected:\n  - **/*.sql\n  - *.md\nland: @main\n`)).toBe(
      [
        told(LINES + 2, '*/*.sql'),
        told(LINES + 3, '.md'),
        `baton.yaml:${LINES + 4}: Plain value cannot start with reserved character @`,
      ].join('\n'),
    );
  });

  it('is told if the anchor comes later', () => {
    expect(problemsOf(`${BASE}concurrency: *some\nbudget: { tokens: &some 3 }\n`)).toBe(
      told(LINES + 1, 'some'),
    );
  });

  it('is told if it stands in what it refers to', () => {
    expect(problemsOf(`${BASE}land: &land\n  branch: *land\n`)).toBe(
      `baton.yaml:${LINES + 2}: the alias \`*land\` stands in what it refers to`,
    );
  });
});

describe('a second document in the file', () => {
  const told = (line: number, mark: string) =>
    `baton.yaml:${line}: a second document begins here, and would not be read: take out the ${mark}`;

  it.each(['concurency: 3\n', '# nothing\nconcurency: 3\n', '- *.md\n', '{ a: 1\n'])(
    'is refused at its line, also with %j',
    (more) => expect(problemsOf(`${BASE}---\n${more}`)).toBe(told(LINES + 1, '`---`')),
  );

  it('is told with the mark that begins it', () => {
    expect(problemsOf(`${BASE}---\nconcurency: 3\n`)).toBe(told(LINES + 1, '`---`'));
    expect(problemsOf(`${BASE}--- {concurency: 3}\n`)).toBe(told(LINES + 1, '`---`'));
    expect(problemsOf(`${BASE}# first\n---\n# second\nconcurency: 3\n`)).toBe(told(LINES + 2, '`---`'));
    expect(problemsOf(`${BASE}---\n---\nconcurency: 3\n`)).toBe(told(LINES + 2, '`---`'));
    expect(problemsOf(`${BASE}...\nconcurency: 3\n`)).toBe(told(LINES + 2, '`...` before it'));
    expect(problemsOf(`${BASE}...\n# more\n\nconcurency: 3\n`)).toBe(told(LINES + 4, '`...` before it'));
    expect(problemsOf(`${BASE}...\n# more\n---\nconcurency: 3\n`)).toBe(told(LINES + 3, '`---`'));
  });

  it('is told beside what is wrong with the first one', () =>
    expect(problemsOf(`${BASE}land: @main\n---\na: 1\n`)).toBe(
      [
        `baton.yaml:${LINES + 1}: Plain value cannot start with reserved character @`,
        told(LINES + 2, '`---`'),
      ].join('\n'),
    ));

  it.each(['---\n', '---\n# nothing\n', '...\n...\n', '...\n---\n...\n', '--- # nothing\n---\n'])(
    'is none if nothing is in it: %j',
    (end) => expect(problemsOf(`${BASE}${end}`)).toBe(''),
  );

  it('is none if the first one has marks around it', () =>
    expect(problemsOf(`%YAML 1.2\n---\n${BASE}...\n# the end\n`)).toBe(''));
});
