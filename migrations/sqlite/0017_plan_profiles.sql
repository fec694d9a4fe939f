-- The profiles that a plan makes or limits anew, each with what stood there before, so that they are brought back with its lines.
CREATE TABLE plan_profiles (
  id              INTEGER PRIMARY KEY,
  plan_id         BIGINT NOT NULL REFERENCES plans (id),
  router_id       BIGINT NOT NULL REFERENCES routers (id),
  connection_type TEXT NOT NULL,
  profile         TEXT NOT NULL,
  package         TEXT,
  wanted          TEXT NOT NULL,
  lines           BIGINT NOT NULL,
  state           TEXT NOT NULL,
  before          TEXT NOT NULL,
  after           TEXT,
  error           TEXT,
  finished_at     BIGINT
);
CREATE UNIQUE INDEX plan_profiles_once ON plan_profiles (plan_id, router_id, connection_type, profile);
CREATE INDEX plan_profiles_profile ON plan_profiles (router_id, connection_type, profile);
