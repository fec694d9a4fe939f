-- Who stopped a plan while it was being carried out, and when: what had not been sent by then is not sent.
ALTER TABLE plans ADD COLUMN cancelled_by TEXT;
ALTER TABLE plans ADD COLUMN cancelled_at BIGINT;
-- The plan of a day that was shown the day before, by its day: what was struck in it is asked for.
CREATE INDEX plans_of_day ON plans (kind, as_of);
