-- {{title}}: a table beside the others. The version before doesn't know it, so both run on it.
CREATE TABLE {{table}} (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  preferences JSONB NOT NULL,
  -- Milliseconds, as JSON dates have them: clients send updated_at back to be compared.
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);

CREATE INDEX {{table}}_updated_at ON {{table}} (updated_at);
