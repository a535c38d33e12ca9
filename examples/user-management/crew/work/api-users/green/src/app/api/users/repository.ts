import type { Deps } from '../../handlers.ts';
import { MockUserRepository } from './mock-repository.ts';

export { EmailTaken } from './mock-repository.ts';

const mock = new MockUserRepository();

/** Where the routes find users: a mock until db-users is merged. */
export const usersOf = (_deps: Deps) => mock;
