import { z } from 'zod';

const email = z.email().max(200);
const name = z.string().trim().min(1).max(100);

export const newUser = z.strictObject({ email, name, password: z.string().min(12).max(200) });

export const userChanges = z
  .strictObject({ email: email.optional(), name: name.optional() })
  .refine((changes) => Object.keys(changes).length > 0, { message: 'there is nothing to change' })
  .transform((changes) => ({
    ...(changes.email !== undefined && { email: changes.email }),
    ...(changes.name !== undefined && { name: changes.name }),
  }));

export const userPage = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
