import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { ApiError } from './errors.ts';

const MAX_BODY_BYTES = 16 * 1024;

export const limitBody = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: () => {
    throw new ApiError(413, 'too_large', `A body has at most ${MAX_BODY_BYTES} bytes.`);
  },
});

/** The request's JSON body by `schema`; a 400 that names each problem otherwise. */
export async function readBody<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  let json: unknown;
  try {
    json = await c.req.json();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, 'malformed', 'The body is not JSON.');
  }
  return parsed(schema, json);
}

/** The request's query by `schema`; a 400 that names each problem otherwise. */
export const readQuery = <S extends z.ZodType>(c: Context, schema: S): z.output<S> =>
  parsed(schema, c.req.query());

/** The id in the request's path; 400 where it is none. */
export const readId = (c: Context): string => parsed(z.object({ id: z.uuid() }), c.req.param()).id;

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new ApiError(400, 'invalid', `The request is not valid: ${problems.join('; ')}`);
}
