import type { Context } from 'hono';
import { z } from 'zod';
import { ApiError } from './errors.ts';

// Conditional requests (RFC 9110, section 13) for what carries the time of its last change.
const NEVER = 'never';

/** The entity tag of a state by the time of its last change; null: never saved. */
export const entityTag = (updatedAt: Date | null) => `"${updatedAt ? updatedAt.toISOString() : NEVER}"`;

const tagsOf = (header: string) => header.split(',').map((tag) => tag.trim());

/** Whether the caller has this state already, by If-None-Match. */
export function isKnown(c: Context, updatedAt: Date | null): boolean {
  const header = c.req.header('if-none-match');
  if (header === undefined) return false;
  const tags = tagsOf(header);
  if (tags.includes('*')) return updatedAt !== null;
  const current = entityTag(updatedAt);
  for (const tag of tags) {
    // A weak tag is as good for reading.
    const strong = tag.replace(/^W\//, '');
    if (strong === current) return true;
  }
  return false;
}

/**
 * The state that a change starts from: by If-Match, or by `updated_at` of its body. 428 when neither is there,
 * 400 when they differ.
 */
export function basisOf(c: Context, updatedAt: string | null | undefined): Date | null {
  const header = c.req.header('if-match');
  if (header === undefined) {
    if (updatedAt !== undefined) return updatedAt === null ? null : new Date(updatedAt);
    const message = 'Say which state the change starts from, by updated_at or If-Match.';
    throw new ApiError(428, 'precondition_required', message);
  }
  const tags = tagsOf(header);
  const [tag] = tags;
  if (tags.length !== 1 || tag === undefined) {
    const message = 'If-Match has to name one state.';
    throw new ApiError(400, 'invalid', message);
  }
  const basis = timeOf(tag);
  if (updatedAt !== undefined) {
    const named = updatedAt === null ? null : new Date(updatedAt);
    if (named?.getTime() !== basis?.getTime()) {
      const message = 'updated_at and If-Match name different states.';
      throw new ApiError(400, 'invalid', message);
    }
  }
  return basis;
}

function timeOf(tag: string): Date | null {
  const value = /^"(.+)"$/.exec(tag)?.[1];
  if (value === NEVER) return null;
  const time = z.iso.datetime().safeParse(value);
  if (!time.success) {
    const message = 'If-Match names no state that this service gave out.';
    throw new ApiError(400, 'invalid', message);
  }
  return new Date(time.data);
}
