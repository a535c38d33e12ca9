/** What the design decides for a feature. */
export const decisionsOf = ({ limit }) => [
  'Use JSONB for flexibility in the structure of the settings',
  'Implement both PUT (full) and PATCH (partial) updates',
  `Rate limit to ${limit} requests a minute per user to prevent abuse, counted in each process`,
  'Include updated_at for optimistic locking: 409 on a stale one',
];

const MAX_NOTE = 400;

/** A person's remark as one line. */
export const noteOf = ({ text }) => text.replace(/\s+/g, ' ').trim().slice(0, MAX_NOTE);
