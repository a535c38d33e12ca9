import { createHash, randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { AppEnv, Deps } from '../app.ts';
import { userByToken } from '../db/users.ts';
import { ApiError } from './errors.ts';

export const newToken = () => `acc_${randomBytes(24).toString('base64url')}`;

export const tokenDigest = (token: string) => createHash('sha256').update(token).digest('hex');

/** Lets a request pass whose bearer token belongs to a user, who is then in the context; 401 otherwise. */
export function authenticate({ db }: Deps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const token = /^Bearer ([\w-]{1,200})$/.exec(c.req.header('authorization') ?? '')?.[1];
    const user = token && (await userByToken(db, tokenDigest(token)));
    if (!user) {
      c.header('WWW-Authenticate', 'Bearer');
      throw new ApiError(401, 'unauthenticated', 'A valid bearer token is needed.');
    }
    c.set('user', user);
    await next();
  };
}

/** Lets a request pass when `:id` in its path is the user who asks; 400 for no id at all, 403 for another's. */
export const ownData: MiddlewareHandler<AppEnv> = async (c, next) => {
  const id = c.req.param('id') ?? '';
  if (!z.uuid().safeParse(id).success) throw new ApiError(400, 'invalid', 'A user id is a UUID.');
  if (id.toLowerCase() !== c.get('user').id)
    throw new ApiError(403, 'forbidden', "That is another user's data.");
  await next();
};
