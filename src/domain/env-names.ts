import { z } from 'zod';

/** Names of environment variables: values come from the worker's own environment and are never written anywhere. */
export const envNames = z
  .array(
    z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        'a name of a variable is letters, digits and underscores, no digit first',
      )
      .refine((name) => !/^TEMPORAL_/i.test(name), {
        message: "Baton's connection to Temporal is never handed on: take it out",
      }),
  )
  .max(60);
