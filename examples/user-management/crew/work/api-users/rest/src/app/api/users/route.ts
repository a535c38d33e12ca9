import { ApiError } from '../../../http/errors.ts';
import { readBody, readQuery } from '../../../http/read-body.ts';
import { hashPassword } from '../../../lib/password.ts';
import { newUser, userPage } from '../../../lib/validation/user.ts';
import type { Handler } from '../../handlers.ts';
import { EmailTaken, usersOf } from './repository.ts';

/** Lists users in the order of their emails, by page. */
export const GET: Handler = async (c, deps) => {
  const { page, limit } = readQuery(c, userPage);
  const users = usersOf(deps);
  return c.json({ data: users.listUsers(page, limit) });
};

/** Creates a user. */
export const POST: Handler = async (c, deps) => {
  const { password, ...input } = await readBody(c, newUser);
  const users = usersOf(deps);
  try {
    const user = users.createUser({ ...input, password_hash: await hashPassword(password) });
    return c.json({ data: user }, 201);
  } catch (error) {
    if (error instanceof EmailTaken) throw new ApiError(409, 'email_taken', 'Another user has this email.');
    throw error;
  }
};
