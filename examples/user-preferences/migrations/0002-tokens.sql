-- Only the SHA-256 of a token is kept: who reads this table can't sign in with it.
CREATE TABLE tokens (
  digest TEXT PRIMARY KEY,
  user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX tokens_user_id ON tokens (user_id);
