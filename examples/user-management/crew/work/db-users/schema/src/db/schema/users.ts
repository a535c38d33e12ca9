/** The columns of `users` that a user is read from: all but the password's hash. */
export const userColumns = ['id', 'email', 'name', 'created_at', 'updated_at'] as const;
