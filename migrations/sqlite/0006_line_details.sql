-- Lines that a closing would not cut off, as their router was last seen: the list that no rule matches, the interface that
-- learns ARP by itself. A line that is not here is not known to have anything in the way.
CREATE TABLE closing_obstacles (
  customer_id BIGINT PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
  router_id   BIGINT NOT NULL REFERENCES routers (id),
  code        TEXT NOT NULL,
  said_id     TEXT NOT NULL,
  said_en     TEXT NOT NULL,
  seen_at     BIGINT NOT NULL
);
CREATE INDEX closing_obstacles_router ON closing_obstacles (router_id);
