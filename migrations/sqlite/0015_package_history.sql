-- The packages that a line had before its present one, each until the day on which the next began: a period that is billed late,
-- or again, is billed at the package that was served in it.
CREATE TABLE package_history (
  id          INTEGER PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  package_id  BIGINT NOT NULL REFERENCES packages (id),
  next_from   TEXT NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX package_history_customer ON package_history (customer_id);
