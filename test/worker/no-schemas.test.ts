import { expect, it } from 'vitest';
import { z as real } from 'zod';
import { z as standIn } from '../../src/worker/no-schemas.ts';

// A schema of the standing kind: what src/domain does with zod when its modules are read.
const make = (z: typeof real) => {
  const base = z.strictObject({ a: z.string().min(1).max(3).optional(), b: z.enum(['x', 'y']).default('x') });
  const more = z.strictObject({
    ...base.shape,
    list: z.array(z.union([base, z.number().int()])).prefault([]),
  });
  return z.preprocess(
    (value) => value,
    more.superRefine(() => undefined),
  );
};

it('schemas can be made in a workflow, where they cost nothing, but nothing can be parsed by them', () => {
  expect(make(real).safeParse({}).success).toBe(true);
  const schema = make(standIn as typeof real);
  expect(() => schema.safeParse({})).toThrow('safeParse is called in a workflow');
  expect(() => schema.parse({})).toThrow('check with plain code');
});
