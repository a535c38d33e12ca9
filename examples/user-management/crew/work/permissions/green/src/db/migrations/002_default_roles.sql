INSERT INTO roles (name, permissions) VALUES
  ('admin', '["users:read", "users:write"]'),
  ('member', '["users:read"]');
