-- Days are billed at the package that was served on them, which is known from what lines had before. Changes of which a charge
-- alone remembers are put there, by its key `PERIOD#DAY:OLD>NEW`; and corrections for days before a change, which waited for the
-- bill of their period, are not needed any more.
INSERT INTO package_history (customer_id, package_id, next_from, created_at)
SELECT customer_id, package_id, next_from, MIN(created_at)
FROM (
  SELECT customer_id, created_at,
    CAST(SUBSTR(period, INSTR(period, ':') + 1, INSTR(period, '>') - INSTR(period, ':') - 1) AS INTEGER) AS package_id,
    SUBSTR(period, INSTR(period, '#') + 1, 10) AS next_from
  FROM charges
  WHERE kind IN ('difference', 'correction') AND price IS NOT NULL AND voided_at IS NULL
    AND period LIKE '____-__#____-__-__:%>%'
) AS changes
WHERE EXISTS (SELECT 1 FROM packages WHERE packages.id = changes.package_id)
  AND NOT EXISTS (
    SELECT 1 FROM package_history AS had
    WHERE had.customer_id = changes.customer_id AND had.package_id = changes.package_id
      AND had.next_from = changes.next_from
  )
GROUP BY customer_id, package_id, next_from
ORDER BY MIN(created_at);

UPDATE charges SET voided_at = created_at
WHERE kind = 'correction' AND price IS NOT NULL AND invoice_id IS NULL AND voided_at IS NULL;

-- By which day of the month the period of a charge was cut, so that it is billed again as it was.
ALTER TABLE charges ADD COLUMN billing_day BIGINT;
