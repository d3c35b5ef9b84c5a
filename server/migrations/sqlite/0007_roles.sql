-- What a person may do in their workspace: `member`, `viewer` or `removed`.
ALTER TABLE users ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
CREATE INDEX users_by_role ON users (workspace, role);
