const test = (name) => ({ test: name });

/** Schema, migration, types and repository. */
export const dbUsers = {
  async work({ tree, session, progress, measure }) {
    await session.step('tests', () => tree.lay('db-users/red'));
    await measure('RED: failing tests of schema and repository');
    await session.step('schema', () => tree.lay('db-users/schema'));
    progress(
      'users table with all fields, roles table with permissions jsonb, user_roles junction table; migration drafted, not yet tested',
      40,
    );
    await session.step('repository', () => tree.lay('db-users/green'));
    const { words } = await measure('GREEN: migration tested, UserRepository with all CRUD methods');
    progress(`migration 001 tested, UserRepository: all CRUD methods and getUsersByRole; ${words}`, 95);
    return {
      summary: 'Scripted: users, roles and user_roles by migration 001; UserRepository with unit tests.',
      decisions: ['The hash of a password is never read back by the repository'],
    };
  },

  evidence: () => [
    test('the schema of users > has users with their columns'),
    test('the schema of users > has roles with their permissions as jsonb'),
    test('the schema of users > joins users and roles, and forgets a deleted user'),
    { file: 'src/db/migrations/001_create_users_and_roles.sql' },
    test('UserRepository > updateUser changes what is named and keeps the rest'),
    test('UserRepository > getUserWithRoles and getUsersByRole follow the roles'),
  ],
};
