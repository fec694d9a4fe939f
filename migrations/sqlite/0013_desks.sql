-- The desks of the office: each place for secrets from which the program works, and the routers and
-- gateways whose credentials it has.
-- `last_seen_at` is by the database's clock, like a lease.
CREATE TABLE desks (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  version       TEXT NOT NULL,
  routers       TEXT NOT NULL,
  gateways      TEXT NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at  BIGINT NOT NULL
);

-- A code by which a further desk gets the office's secrets: never the code itself, only what it is checked by, and the
-- bundle that nothing but the code opens. The bundle goes once it was fetched, too often guessed at, or expired.
CREATE TABLE desk_pairings (
  id         INTEGER PRIMARY KEY,
  salt       TEXT NOT NULL,
  verifier   TEXT NOT NULL,
  sealed     TEXT,
  tries_left BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  made_at    BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT,
  used_by    TEXT
);

-- The edit of the settings by which a setting was last written: who edits from an older reading is told.
ALTER TABLE settings ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
