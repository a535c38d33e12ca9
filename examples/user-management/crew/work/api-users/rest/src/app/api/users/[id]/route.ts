import { ApiError } from '../../../../http/errors.ts';
import { readBody, readId } from '../../../../http/read-body.ts';
import { userChanges } from '../../../../lib/validation/user.ts';
import type { Handler } from '../../../handlers.ts';
import { EmailTaken, usersOf } from '../repository.ts';

const noUser = () => new ApiError(404, 'not_found', 'There is no such user.');

/** One user. */
export const GET: Handler = async (c, deps) => {
  const users = usersOf(deps);
  const user = users.getUserById(readId(c));
  if (!user) throw noUser();
  return c.json({ data: user });
};

/** Changes what the body names. */
export const PATCH: Handler = async (c, deps) => {
  const users = usersOf(deps);
  const known = users.getUserById(readId(c));
  if (!known) throw noUser();
  const changes = await readBody(c, userChanges);
  try {
    const user = users.updateUser(known.id, changes);
    return c.json({ data: user });
  } catch (error) {
    if (error instanceof EmailTaken) throw new ApiError(409, 'email_taken', 'Another user has this email.');
    throw error;
  }
};

/** Deletes a user; the answer holds who it was. */
export const DELETE: Handler = async (c, deps) => {
  const users = usersOf(deps);
  const user = users.getUserById(readId(c));
  if (!user) throw noUser();
  const deleted = users.deleteUser(user.id);
  if (!deleted) throw noUser();
  return c.json({ data: user });
};
