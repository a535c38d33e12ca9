import { readQuery } from '../../../http/read-body.ts';
import { userPage } from '../../../lib/validation/user.ts';
import type { Handler } from '../../handlers.ts';
import { usersOf } from './repository.ts';

/** Lists users in the order of their emails, by page. */
export const GET: Handler = async (c, deps) => {
  const { page, limit } = readQuery(c, userPage);
  const users = usersOf(deps);
  return c.json({ data: users.listUsers(page, limit) });
};
