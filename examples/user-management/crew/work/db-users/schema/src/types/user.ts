/** A user as the application shows them; the hash of their password stays in the database. */
export interface User {
  id: string;
  email: string;
  name: string;
  created_at: Date;
  updated_at: Date;
}

export type NewUser = Pick<User, 'email' | 'name'> & { password_hash: string };

/** What can be changed of a user; what is absent stays. */
export type UserChanges = Partial<Pick<User, 'email' | 'name'>>;

export interface Role {
  id: string;
  name: string;
  /** Such as `users:read`. */
  permissions: string[];
}

export interface UserWithRoles extends User {
  roles: Role[];
}
