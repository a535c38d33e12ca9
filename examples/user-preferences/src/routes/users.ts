import { z } from 'zod';
import { insertUser, listUsers } from '../db/users.ts';
import { newUser, type User } from '../domain/user.ts';
import { authenticate, newToken, ownData, tokenDigest } from '../http/auth.ts';
import { ApiError } from '../http/errors.ts';
import { readBody } from '../http/read-body.ts';
import type { Mount } from './index.ts';

const FIRST = '00000000-0000-0000-0000-000000000000';

const page = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.uuid().default(FIRST),
});

const publicUser = ({ id, name, created_at }: User) => ({ id, name, created_at });
const privateUser = (user: User) => ({
  ...publicUser(user),
  email: user.email,
  locale: user.attributes.locale,
});

/** Accounts: anyone may sign up, whoever is signed in sees names, and only oneself sees the rest. */
export const users: Mount = (app, deps) => {
  const signedIn = authenticate(deps);

  app.get('/api/v1/users', signedIn, async (c) => {
    const query = page.safeParse(c.req.query());
    if (!query.success) throw new ApiError(400, 'invalid', '`limit` is 1 to 100 and `after` a user id.');
    const { limit, after } = query.data;
    const found = await listUsers(deps.db, limit, after);
    const next = found.length === limit ? found.at(-1)?.id : undefined;
    return c.json({ users: found.map(publicUser), next: next ?? null });
  });

  app.get('/api/v1/users/:id', signedIn, ownData, (c) => c.json(privateUser(c.get('user'))));

  app.post('/api/v1/users', async (c) => {
    const input = await readBody(c, newUser);
    const token = newToken();
    const user = await insertUser(deps.db, input, tokenDigest(token));
    if (!user) throw new ApiError(409, 'email_taken', 'There is an account with this email already.');
    return c.json({ ...privateUser(user), token }, 201);
  });
};
