import { z } from 'zod';

/** What is known about a user beside the account itself. */
export interface UserAttributes {
  /** BCP 47, e.g. `en-GB`. */
  locale: string;
  region?: string;
}

export interface User {
  id: string;
  name: string;
  email: string;
  attributes: UserAttributes;
  created_at: Date;
}

export const newUser = z.strictObject({
  name: z.string().trim().min(1).max(100),
  email: z.email().max(200),
  locale: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/)
    .default('en'),
});

export type NewUser = z.infer<typeof newUser>;
