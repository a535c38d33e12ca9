/** `commits` of `baton.yaml`: what the commits that Baton makes look like. */
import { z } from 'zod';

/** `Name <address>`, as git writes it. */
const identity = z
  .string()
  .max(200)
  .regex(/^[^<>\p{Cc}]*[^<>\p{Cc}\s] <[^<>\s\p{Cc}]+>$/u, 'an identity is written: Name <address>');

/** Names that may stand in braces in `subject`. */
export const SUBJECT_FIELDS = ['objective', 'packet', 'feature', 'role', 'kind'] as const;

const subject = z
  .string()
  .min(1)
  .max(200)
  .superRefine((value, ctx) => {
    for (const [, name = ''] of value.matchAll(/\{([^{}]*)\}/g))
      if (!(SUBJECT_FIELDS as readonly string[]).includes(name))
        ctx.addIssue({
          code: 'custom',
          message: `{${name}} is nothing that a subject can name; there are ${SUBJECT_FIELDS.map((field) => `{${field}}`).join(', ')}`,
        });
    if (/[\r\n]/.test(value)) ctx.addIssue({ code: 'custom', message: 'a subject is one line' });
  });

export const commitsSchema = z
  .strictObject({
    /** Default `Baton <baton@localhost>`. */
    author: identity.optional(),
    /** Default: the author. */
    committer: identity.optional(),
    /** Adds `Signed-off-by` with the committer. Default false. */
    signoff: z.boolean().default(false),
    /** Signs with the key that the worker's own git is set up with (`user.signingKey`, `gpg.format`). Default false. */
    sign: z.boolean().default(false),
    /**
     * `packet`: one commit a packet. `checkpoint`: one a checkpoint of its agent that is within the packet's boundaries.
     * `feature`: one for the whole feature when it lands. Default packet.
     */
    per: z.enum(['packet', 'checkpoint', 'feature']).default('packet'),
    /** The first line, with `{objective}`, `{packet}`, `{feature}`, `{role}`, `{kind}`. Default `{objective}`. */
    subject: subject.default('{objective}'),
  })
  .prefault({});
export type CommitsConfig = z.infer<typeof commitsSchema>;
