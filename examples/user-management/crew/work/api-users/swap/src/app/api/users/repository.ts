import { UserRepository } from '../../../lib/repositories/user.ts';
import type { Deps } from '../../handlers.ts';

export { EmailTaken } from '../../../lib/repositories/user.ts';

/** Where the routes find users. */
export const usersOf = ({ db }: Deps) => new UserRepository(db);
