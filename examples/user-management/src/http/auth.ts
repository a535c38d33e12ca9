import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../app/handlers.ts';
import { ApiError } from './errors.ts';

const digest = (token: string) => createHash('sha256').update(token).digest();

/** Lets a request pass whose bearer token belongs to a client, which is then in the context; 401 otherwise. */
export function authenticate(clients: Readonly<Record<string, string>>): MiddlewareHandler<AppEnv> {
  const known = Object.entries(clients).map(([name, token]) => ({ name, digest: digest(token) }));
  return async (c, next) => {
    const given = digest(/^Bearer (\S{1,200})$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '');
    const client = known.find((one) => timingSafeEqual(one.digest, given));
    if (!client) {
      c.header('WWW-Authenticate', 'Bearer');
      throw new ApiError(401, 'unauthenticated', 'A valid bearer token is needed.');
    }
    c.set('client', client.name);
    await next();
  };
}
