import { z } from 'zod';
//#if patch
import { {{camel}}PartSchema, {{camel}}Schema } from '../domain/{{slug}}.ts';
//#endif
//#if !patch
import { {{camel}}Schema } from '../domain/{{slug}}.ts';
//#endif

/** The `updated_at` that a change starts from; null when nothing was saved before. */
//#if conditional
const basis = { updated_at: z.iso.datetime().nullable().optional() };
//#endif
//#if !conditional
const basis = { updated_at: z.iso.datetime().nullable() };
//#endif

/** PUT replaces everything. */
export const replacement = {{camel}}Schema.extend(basis);

//#if patch
/** PATCH replaces what it names, which has to be something. */
export const change = {{camel}}PartSchema.extend(basis).refine(
  ({ updated_at: _, ...parts }) => Object.keys(parts).length > 0,
  { message: 'There is nothing to change.' },
);
//#endif
