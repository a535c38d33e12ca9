import { describe, expect, it } from 'vitest';
import { BatonError, FAILURES, isFailureType, NOT_RETRIED } from '../../src/domain/failures.ts';
import { boundaryProblem, ownPacket, packetSchema } from '../../src/domain/packet.ts';
import { earliestPhase, phaseOfKind } from '../../src/domain/phase.ts';

describe('a boundary', () => {
  it.each(['src/', 'a/..b/c', 'a..', '.github', 'a.git', 'C', 'ab:c', '**'])('may be %j', (glob) => {
    expect(boundaryProblem(glob)).toBeUndefined();
  });

  it.each([
    ['/etc', '"/etc" is absolute'],
    ['c:/x', '"c:/x" is absolute'],
    ['Z:x', '"Z:x" is absolute'],
    ['..', '".." leaves the repository'],
    ['a/../b', '"a/../b" leaves the repository'],
    ['a\\..\\b', '"a\\..\\b" leaves the repository'],
    ['.git', '".git" is git\'s own folder'],
    ['a\\.Git', '"a\\.Git" is git\'s own folder'],
    ['a\tb', '"a\\tb" has a control character'],
  ])('may not be %j', (glob, problem) => {
    expect(boundaryProblem(glob)?.startsWith(problem)).toBe(true);
  });
});

describe('a packet', () => {
  const of = (more: object) => packetSchema.safeParse({ id: 'a', objective: 'x', ...more });

  it('has defaults', () => {
    expect(of({}).data).toStrictEqual({
      id: 'a',
      objective: 'x',
      kind: 'implementation',
      criteria: [],
      boundaries: { inScope: [], outOfScope: [] },
      dependencies: [],
      size: 30,
    });
  });

  it.each([
    { size: 1440 },
    { size: 0.1 },
    { role: 'a-1' },
    { contract: 'x'.repeat(6000) },
    { instructions: 'x'.repeat(8000) },
    { criteria: [{ text: 'x'.repeat(500), evidence: { command: 'y'.repeat(1000) } }] },
    { criteria: [{ text: 'x', evidence: { test: 'y'.repeat(300) } }] },
  ])('may have %j', (more) => expect(of(more).success).toBe(true));

  it.each([
    { size: 1441 },
    { size: 0 },
    { role: '' },
    { role: 'A' },
    { role: '../a' },
    { role: 'a'.repeat(61) },
    { contract: 'x'.repeat(6001) },
    { instructions: 'x'.repeat(8001) },
    { objective: '' },
    { criteria: [{ text: '' }] },
    { criteria: [{ text: 'x'.repeat(501) }] },
    { criteria: [{ text: 'x', evidence: {} }] },
    { criteria: [{ text: 'x', evidence: { test: '' } }] },
    { criteria: [{ text: 'x', evidence: { person: false } }] },
    { criteria: [{ text: 'x', evidence: { test: 'y', file: 'z' } }] },
    { criteria: [{ text: 'x', evidence: { command: '' } }] },
    { dependencies: [{ packet: 'b', type: 'firm' }] },
    { kind: 'other' },
    { branch: 'a..b' },
    { more: 1 },
  ])('may not have %j', (more) => expect(of(more).success).toBe(false));

  it('of Baton’s own is held to nothing but the checks', () => {
    const own = ownPacket({ id: 'gap', objective: 'x', kind: 'gap' });
    expect(own).toEqual({ ...of({ id: 'gap', kind: 'gap' }).data, size: 15 });
  });
});

describe('a feature’s phase', () => {
  it('is that of the kind of packet', () => {
    expect(['implementation', 'test', 'gap', 'deploy'].map((kind) => phaseOfKind(kind as 'gap'))).toEqual([
      'implement',
      'test',
      'test',
      'deploy',
    ]);
  });
  it('is the earliest that has something to do', () => {
    expect(earliestPhase([{ kind: 'deploy' }, { kind: 'gap' }])).toBe('test');
    expect(earliestPhase([{ kind: 'deploy' }, { kind: 'implementation' }])).toBe('implement');
    expect(earliestPhase([{ kind: 'deploy' }])).toBe('deploy');
    expect(earliestPhase([])).toBe('implement');
  });
});

describe('a failure', () => {
  it('is known by its type, and by none that every object has', () => {
    expect(Object.keys(FAILURES).every(isFailureType)).toBe(true);
    for (const other of ['constructor', '', undefined, 3]) expect(isFailureType(other)).toBe(false);
  });
  it('is retried if it may pass by itself', () => {
    for (const type of Object.keys(FAILURES).filter(isFailureType)) {
      const { from, retryable } = FAILURES[type];
      expect(NOT_RETRIED.includes(type)).toBe(from !== 'workflow' && !retryable);
    }
    expect(NOT_RETRIED).toContain('BadInput');
    const cause = new Error('why');
    const error = new BatonError('BadInput', 'what to do', { cause });
    expect(error).toMatchObject({ name: 'BatonError', message: 'what to do', retryable: false, cause });
  });
});

it('says why a packet can’t be what it is', () => {
  const reasons = (more: object) =>
    packetSchema.safeParse({ id: 'a', objective: 'x', ...more }).error?.issues.map(({ message }) => message);
  expect(reasons({ id: 'A b' })).toEqual([expect.stringContaining('"A b" is not a packet id')]);
  expect(reasons({ branch: 'a..b' })).toEqual([expect.stringContaining('"a..b" is not a branch name')]);
  expect(reasons({ role: '../x' })).toEqual([
    'a role is lower-case letters, digits and hyphens: it names a file',
  ]);
  expect(reasons({ boundaries: { inScope: ['/etc'] } })).toEqual([
    expect.stringContaining('"/etc" is absolute'),
  ]);
});
