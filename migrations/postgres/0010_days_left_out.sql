-- Days of a charge's service that its amount does not pay for, since a pause was known when it was billed.
ALTER TABLE charges ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0;
