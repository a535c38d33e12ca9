import { z } from 'zod';
import { ApiError } from '../http/errors.ts';
import { isPermitted, type Permission } from '../lib/permissions.ts';
import { UserRepository } from '../lib/repositories/user.ts';
import { type Handler, type Handlers, METHODS } from './handlers.ts';

/** Names the user on whose behalf a client asks; without it the client asks for itself. */
const ACTING_USER = 'X-Acting-User';

/** A route's handlers, behind what the acting user's roles permit: reading for GET, writing for the rest. */
export function guarded(resource: string, handlers: Handlers): Handlers {
  const behind = METHODS.flatMap((method) => {
    const handler = handlers[method];
    const permission: Permission = `${resource}:${method === 'GET' ? 'read' : 'write'}`;
    return handler ? [[method, check(permission, handler)] as const] : [];
  });
  return Object.fromEntries(behind);
}

function check(permission: Permission, handler: Handler): Handler {
  return async (c, deps) => {
    const id = c.req.header(ACTING_USER);
    if (id !== undefined) {
      const isId = z.uuid().safeParse(id).success;
      const user = isId ? await new UserRepository(deps.db).getUserWithRoles(id) : undefined;
      if (!user || !isPermitted(user, permission))
        throw new ApiError(403, 'forbidden', `The acting user needs the permission ${permission}.`);
    }
    return handler(c, deps);
  };
}
