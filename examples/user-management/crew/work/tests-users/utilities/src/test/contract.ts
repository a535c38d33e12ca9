// What db-users and api-users promise in their interface contracts, until they are merged.
export interface User {
  id: string;
  email: string;
  name: string;
}

export type NewUser = Omit<User, 'id'> & { password_hash: string };

/** The standard CRUD methods of the repository. */
export interface Users {
  createUser(user: NewUser): Promise<User>;
  getUserById(id: string): Promise<User | undefined>;
  getUserByEmail(email: string): Promise<User | undefined>;
  updateUser(id: string, changes: Partial<Pick<User, 'email' | 'name'>>): Promise<User | undefined>;
  deleteUser(id: string): Promise<boolean>;
}
