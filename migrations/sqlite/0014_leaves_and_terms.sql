-- The leaves of a line that are over and made place for another; the one that runs or comes stands on the customer.
CREATE TABLE leaves (
  id          INTEGER PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  from_day    TEXT NOT NULL,
  until_day   TEXT NOT NULL,
  created_at  BIGINT NOT NULL
);
CREATE INDEX leaves_customer ON leaves (customer_id);

-- By what the days of a charge were priced, so that it can be worked out again what they are worth: what so many days cost,
-- the discount in force, whether PPN fell on it, and how much of the charge was given back since (asked again: less).
ALTER TABLE charges ADD COLUMN price BIGINT;
ALTER TABLE charges ADD COLUMN price_days BIGINT;
ALTER TABLE charges ADD COLUMN discount_kind TEXT;
ALTER TABLE charges ADD COLUMN discount_value BIGINT;
ALTER TABLE charges ADD COLUMN taxed BOOLEAN;
ALTER TABLE charges ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
