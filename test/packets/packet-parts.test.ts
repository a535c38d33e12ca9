import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { problemsOf, read, SMALL } from './small-packet.ts';

describe('the header', () => {
  const withHeader = (lines: string) => SMALL.replace('Do it', `Do it\n${lines}`);

  it('has an objective that goes on over lines until a blank one', () => {
    const { packet, warnings } = read(withHeader('  and do  \nthat  \n\nbut not this'));
    expect(packet.objective).toBe('Do it and do that');
    expect(formatProblems(warnings)).toBe(
      'p.md:7: is not read: text for the agent goes to `## Instructions`',
    );
  });

  it('has an objective that may begin below its name', () => {
    expect(read(SMALL.replace(' Do it', '\nDo it')).packet.objective).toBe('Do it');
  });

  it('has no other field that goes on', () => {
    const { packet, warnings } = read(withHeader('**Role:** tester\nand more'));
    expect(packet).toMatchObject({ objective: 'Do it', role: 'tester' });
    expect(formatProblems(warnings)).toContain('p.md:5: is not read');
  });

  it.each([
    ['30m', 30],
    ['1.25h', 75],
    ['2 h', 120],
    ['1d', 1440],
    ['`45m`', 45],
  ])('has a size of %s', (text, size) => {
    expect(read(withHeader(`**Size:** ${text}`)).packet.size).toBe(size);
  });

  it.each(['about 30m', '30mins', '30_m', '1.h', '1234567m', 'm'])('has no size of %s', (text) => {
    expect(problemsOf(withHeader(`**Size:** ${text}`))).toContain('p.md:4: `Size` must be a length of time');
  });

  it('leaves out of the packet what the file leaves out', () => {
    expect(read(SMALL).packet).toStrictEqual({
      id: 'small',
      kind: 'implementation',
      size: 30,
      objective: 'Do it',
      criteria: [{ text: 'It is done' }],
      boundaries: { inScope: ['src/'], outOfScope: [] },
      dependencies: [],
    });
  });
});

describe('dependencies', () => {
  const withSection = (lines: string) => `${SMALL}\n## Dependencies\n${lines}\n`;
  const instructions = (lines: string) => read(withSection(lines)).packet.instructions;

  it.each([
    '**Soft dependency on a:** why so',
    '**soft dependency on a: ** why so',
    '**Soft dependency on a :** why so',
    '**Soft dependency on a**: why so',
    '**Soft dependency on a** why so',
    '**Soft dependency on `a`:**why so',
    '-  **SOFT dependency on a:** why so  ',
    '* soft: a why so',
    '-  Soft:a  why so  ',
  ])('may be written as %j', (line) => {
    const { packet, unnamed } = read(withSection(line));
    expect(packet.dependencies).toEqual([{ packet: 'a', type: 'soft' }]);
    expect(packet.instructions).toBe('Soft dependency on a: why so');
    expect(unnamed).toEqual([]);
  });

  it('go on over lines, each with its own', () => {
    expect(instructions('- hard: a  \n\n  since \nit is so\n- soft: b as  \n  well')).toBe(
      'Hard dependency on a: since it is so\n\nSoft dependency on b: as well',
    );
    expect(instructions('- hard: a\n**Soft dependency on b:** why')).toBe('Soft dependency on b: why');
  });

  it.each(['none', '  None.  ', '- none', '*  NONE'])('may be %j', (line) => {
    expect(read(withSection(line)).packet.dependencies).toEqual([]);
  });

  it.each([
    'none of these',
    'next to none',
    '!- none',
    '-_none',
    'see - soft: a',
    'see **soft dependency on a:** b',
  ])('may not be %j', (line) => {
    expect(problemsOf(withSection(line))).toContain('p.md:12: is not a dependency: write `- soft: <packet>`');
  });

  it.each(['- soft: a, b', '- hard: a, b, c-d', '**Soft dependency on a:** , b'])(
    'may not name several packets in a line: %j',
    (line) => {
      expect(problemsOf(withSection(line))).toContain(
        'p.md:12: names several packets: write a line for each',
      );
    },
  );

  it('may have words behind the packet, also after a comma', () => {
    const { dependencies } = read(
      withSection('- soft: a, since it is slow\n- hard: b, c first\n- soft: c as it is slow, d'),
    ).packet;
    expect(dependencies).toMatchObject([
      { packet: 'a', type: 'soft' },
      { packet: 'b', type: 'hard' },
      { packet: 'c', type: 'soft' },
    ]);
  });

  it('may not be another list after one that is', () => {
    expect(problemsOf(withSection('- soft: a\n- b'))).toContain('p.md:13: is not a dependency');
    expect(problemsOf(withSection('- soft: a\n**b**'))).toContain('p.md:13: is not a dependency');
  });
});

describe('criteria', () => {
  const withCriteria = (lines: string) => SMALL.replace('- [ ] It is done', lines);
  const criteria = (lines: string) => read(withCriteria(lines)).packet.criteria;

  it.each(['- [ ] Done', '-  [ ]  Done  ', '* [] Done', '+ Done'])('are lists, as %j', (line) => {
    expect(criteria(line)).toEqual([{ text: 'Done' }]);
    expect(read(withCriteria(line)).warnings).toEqual([]);
  });

  it('go on in lines that are indented, past blank ones', () => {
    expect(criteria('- [ ] One\n\n  goes  on \n- [ ] Two\n  (file: a.md)')).toEqual([
      { text: 'One goes  on' },
      { text: 'Two', evidence: { file: 'a.md' } },
    ]);
    expect(problemsOf(withCriteria('- [ ] One\nnot indented'))).toContain('p.md:7: is not a criterion');
    expect(problemsOf(withCriteria('  indented'))).toContain('p.md:6: is not a criterion: begin it with');
    expect(problemsOf(withCriteria('say - [ ] One'))).toContain('p.md:6: is not a criterion');
  });

  it.each(['x', 'X'])('may be ticked with %s, which proves nothing', (mark) => {
    const { packet, warnings } = read(withCriteria(`- [${mark}] Done`));
    expect(packet.criteria).toEqual([{ text: 'Done' }]);
    expect(formatProblems(warnings)).toBe(
      'p.md:6: a ticked box proves nothing: Baton looks for the evidence',
    );
  });

  it('that are none are warned of', () => {
    const { packet, warnings } = read(withCriteria(''));
    expect(packet.criteria).toEqual([]);
    expect(formatProblems(warnings)).toBe(
      'p.md:5: no criterion: the packet is done when the checks are green',
    );
  });

  it.each([
    ['Done   (person)', { text: 'Done', evidence: { person: true } }],
    ['Done (person) soon', { text: 'Done (person) soon' }],
    ['Done  (agent)', { text: 'Done' }],
    ['Done  (test:  "a b")', { text: 'Done', evidence: { test: 'a b' } }],
    ['Done (test: "a") soon', { text: 'Done (test: "a") soon' }],
    ['Done (test: "\\x")', { text: 'Done', evidence: { test: '\\x' } }],
    ['Done (test: "a" or b)', { text: 'Done (test: "a" or b)' }],
    ['Done  (file:  a.md )', { text: 'Done', evidence: { file: 'a.md' } }],
    ['Done (file: a.md) soon', { text: 'Done (file: a.md) soon' }],
    ['Done (file: `a.md` `b.md`)', { text: 'Done', evidence: { file: 'a.md` `b.md' } }],
    ['Done (command: a | `b`)', { text: 'Done', evidence: { command: 'a | `b`' } }],
    ['Done (command: `a` | b)', { text: 'Done', evidence: { command: '`a` | b' } }],
    ['Done (command: )a()', { text: 'Done (command: )a()' }],
    ['Done (file: a) (command: x)', { text: 'Done (file: a)', evidence: { command: 'x' } }],
    ['Done (files: a.md)', { text: 'Done (files: a.md)' }],
  ])('read %j as it is meant', (line, expected) => {
    expect(criteria(`- [ ] ${line}`)).toEqual([expected]);
  });
});
