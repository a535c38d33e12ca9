import { ApiError } from '../../../../http/errors.ts';
import { readId } from '../../../../http/read-body.ts';
import type { Handler } from '../../../handlers.ts';
import { usersOf } from '../repository.ts';

const noUser = () => new ApiError(404, 'not_found', 'There is no such user.');

/** One user. */
export const GET: Handler = async (c, deps) => {
  const users = usersOf(deps);
  const user = users.getUserById(readId(c));
  if (!user) throw noUser();
  return c.json({ data: user });
};
