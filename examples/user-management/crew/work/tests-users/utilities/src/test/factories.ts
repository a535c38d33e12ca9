/** What the API takes to create a user; the same user again unless something is named. */
export const createTestUser = (changes: { email?: string; name?: string; password?: string } = {}) => ({
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  password: 'correct horse battery',
  ...changes,
});
