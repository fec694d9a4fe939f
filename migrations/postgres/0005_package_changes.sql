-- Passwords that the program made for a line, since nobody had given it one; a technician reads them.
ALTER TABLE customers ADD COLUMN pppoe_password_made BOOLEAN NOT NULL DEFAULT FALSE;

-- A cheaper package that was agreed and begins with a later period; one at most for each line.
CREATE TABLE package_changes (
  customer_id BIGINT PRIMARY KEY REFERENCES customers (id),
  package_id  BIGINT NOT NULL REFERENCES packages (id),
  from_day    TEXT NOT NULL,
  created_by  TEXT NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX package_changes_day ON package_changes (from_day);
