-- The backups that were made: which file at which desk, and whether it could be put back when that was last tried. A row
-- stays when its file is removed by the rule of what is kept.
CREATE TABLE backups (
  id           INTEGER PRIMARY KEY,
  desk         TEXT NOT NULL,
  file         TEXT NOT NULL,
  size         BIGINT NOT NULL,
  sha256       TEXT,
  state        TEXT NOT NULL,
  error        TEXT,
  taken_at     BIGINT NOT NULL,
  taken_by     TEXT NOT NULL,
  rehearsed_at BIGINT,
  removed_at   BIGINT
);
CREATE INDEX backups_state ON backups (state, taken_at);
