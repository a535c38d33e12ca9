import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetSchema } from '../../src/domain/packet.ts';
import { planEditSchema } from '../../src/domain/plan-edit.ts';
import { planEditProblem } from '../../src/domain/plan-edit-problem.ts';

const packet = packetSchema.parse({ id: 'one', objective: 'Do it', dependencies: [{ packet: 'two' }] });

describe('a message that may be an edit of the plan', () => {
  it('is fine where the schema takes it', () => {
    const edit = planEditSchema.parse({
      add: [packet],
      amend: [packet],
      drop: ['x'],
      first: ['y'],
      by: 'me',
    });
    expect(planEditProblem(edit)).toBeUndefined();
    expect(planEditProblem({ drop: ['x'], by: 'me' })).toBeUndefined();
  });

  it.each([
    ['no object', 7, 'a plan is changed by'],
    ['an unknown key', { by: 'me', delete: [] }, 'there is no "delete"'],
    ['nobody', { drop: [] }, 'by names who'],
    ['no ids', { by: 'me', drop: [1] }, "drop is a list of packets' ids"],
    ['no packets', { by: 'me', add: {} }, 'add is a list of packets'],
    ['a bad id', { by: 'me', add: [{ ...packet, id: 'A/B' }] }, 'add.0: '],
    ['a bad branch', { by: 'me', add: [{ ...packet, branch: '-x' }] }, 'add.0: '],
    [
      'no objective',
      { by: 'me', add: [{ ...packet, objective: '' }] },
      'add.0: packet "one" has no objective',
    ],
    ['no text as id', { by: 'me', add: [{ ...packet, id: 3 }] }, 'add.0: a packet has an id'],
    ['no packet', { by: 'me', add: ['x'] }, 'add.0: a packet is an object'],
    ['a list', { by: 'me', amend: [[]] }, 'amend.0: a packet is an object'],
    ['a null', { by: 'me', amend: [null] }, 'amend.0: a packet is an object'],
    ['an empty name', { by: '' }, 'by names who'],
    ['a long name', { by: 'x'.repeat(201) }, 'by names who'],
    ['no list to drop', { by: 'me', drop: 'x' }, "drop is a list of packets' ids"],
    ['no list to go first', { by: 'me', first: [{}] }, "first is a list of packets' ids"],
    ['an objective that is no text', { by: 'me', add: [{ ...packet, objective: 3 }] }, 'has no objective'],
    [
      'criteria that are no list',
      { by: 'me', add: [{ ...packet, criteria: {} }] },
      'the criteria of packet "one"',
    ],
    [
      'a criterion without words',
      { by: 'me', add: [{ ...packet, criteria: [{}] }] },
      'the criteria of packet "one"',
    ],
    [
      'no boundaries at all',
      { by: 'me', add: [{ ...packet, boundaries: 3 }] },
      'the boundaries of packet "one"',
    ],
    [
      'an inner boundary that is no text',
      { by: 'me', add: [{ ...packet, boundaries: { inScope: [1], outOfScope: [] } }] },
      'the boundaries of packet "one"',
    ],
    [
      'a boundary that is no text',
      { by: 'me', add: [{ ...packet, boundaries: { inScope: [], outOfScope: [1] } }] },
      'the boundaries of packet "one"',
    ],
    [
      'a dependency of no kind',
      { by: 'me', add: [{ ...packet, dependencies: [{ packet: 'x', type: 'firm' }] }] },
      'the dependencies of packet "one"',
    ],
    [
      'a dependency on no text',
      { by: 'me', add: [{ ...packet, dependencies: [{ packet: 1, type: 'hard' }] }] },
      'the dependencies of packet "one"',
    ],
    ['a size of nothing', { by: 'me', add: [{ ...packet, size: 0 }] }, 'the size of packet "one"'],
    ['no kind', { by: 'me', amend: [{ ...packet, kind: 'x' }] }, 'amend.0: packet "one" has no kind'],
    ['no criteria', { by: 'me', amend: [{ ...packet, criteria: ['x'] }] }, 'the criteria of packet "one"'],
    ['no boundaries', { by: 'me', amend: [{ ...packet, boundaries: {} }] }, 'the boundaries of packet "one"'],
    [
      'no dependency',
      { by: 'me', amend: [{ ...packet, dependencies: [{ packet: 'x' }] }] },
      'the dependencies of packet "one"',
    ],
    ['no size', { by: 'me', amend: [{ ...packet, size: '30m' }] }, 'the size of packet "one"'],
  ])('is refused with %s', (_, edit, said) => {
    expect(planEditProblem(edit)).toContain(said);
  });

  it('never makes it throw', () => {
    fc.assert(fc.property(fc.anything(), (edit) => void planEditProblem(edit)));
    const list = fc.array(fc.anything(), { maxLength: 3 });
    fc.assert(
      fc.property(fc.record({ by: fc.string(), add: list, amend: list, drop: list }), (edit) => {
        planEditProblem(edit);
      }),
    );
  });
});
