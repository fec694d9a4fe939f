-- The log in both languages. A row that was written before has the Indonesian wording alone, and keeps the digest that it
-- was sealed with.
ALTER TABLE billing_logs ADD COLUMN message_en TEXT;

-- The words by which the log is searched. Whatever is neither letter nor digit parts words, so that a number is found by its
-- parts, as on SQLite.
CREATE FUNCTION log_words(message TEXT, message_en TEXT, subject_name TEXT, actor TEXT) RETURNS TSVECTOR
LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', regexp_replace(
    message || ' ' || coalesce(message_en, '') || ' ' || coalesce(subject_name, '') || ' ' || actor,
    '[^[:alnum:]]+', ' ', 'g'
  ))
$$;
CREATE INDEX billing_logs_words ON billing_logs USING gin (log_words(message, message_en, subject_name, actor));

CREATE INDEX billing_logs_actor ON billing_logs (actor, id);
CREATE INDEX billing_logs_outcome ON billing_logs (outcome, id);
CREATE INDEX billing_logs_cause ON billing_logs (cause, id);

-- Where the chain ends: without this, whoever cuts off its last seals together with their rows is not seen.
CREATE TABLE log_head (
  id     BIGINT PRIMARY KEY CHECK (id = 1),
  log_id BIGINT NOT NULL,
  chain  TEXT NOT NULL,
  sealed BIGINT NOT NULL
);
INSERT INTO log_head (id, log_id, chain, sealed)
SELECT 1, log_id, chain, (SELECT COUNT(*) FROM log_seals) FROM log_seals ORDER BY log_id DESC LIMIT 1;
