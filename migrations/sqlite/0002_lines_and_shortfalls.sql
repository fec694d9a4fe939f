-- What the first schema could not hold: shortfalls that ride on the next invoice, the hold of an undone plan, repairs of
-- lines that are neither closed nor opened, and lines that an import gave to customers who were there before.

-- The invoice whose tolerated shortfall a charge carries on.
ALTER TABLE charges ADD COLUMN moved_from BIGINT REFERENCES invoices (id);
CREATE INDEX charges_moved ON charges (moved_from) WHERE moved_from IS NOT NULL;

-- The last day on which the lines that taking a plan back opened stay open.
ALTER TABLE plans ADD COLUMN held_until TEXT;

-- What a plan does to a line: `access` (closed or opened), or a repair of its profile or its secret.
ALTER TABLE plan_lines ADD COLUMN repair TEXT NOT NULL DEFAULT 'access';

-- Customers who were there before, to whom an import gave a line: what stood in the record, and what it wrote.
CREATE TABLE import_links (
  batch_id    BIGINT NOT NULL REFERENCES import_batches (id),
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  before      TEXT NOT NULL,
  after       TEXT NOT NULL,
  PRIMARY KEY (batch_id, customer_id)
);
