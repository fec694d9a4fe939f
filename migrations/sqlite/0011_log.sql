-- The log in both languages. A row that was written before has the Indonesian wording alone, and keeps the digest that it
-- was sealed with.
ALTER TABLE billing_logs ADD COLUMN message_en TEXT;

-- The words by which the log is searched. The table keeps no text of its own, so that what is erased from a row is nowhere
-- else; the triggers keep it in step with the rows, whoever changes them.
CREATE VIRTUAL TABLE log_words USING fts5 (
  message, message_en, subject_name, actor,
  content = 'billing_logs', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0', detail = none
);
INSERT INTO log_words (log_words) VALUES ('rebuild');
CREATE TRIGGER billing_logs_words_added AFTER INSERT ON billing_logs BEGIN
  INSERT INTO log_words (rowid, message, message_en, subject_name, actor)
  VALUES (new.id, new.message, new.message_en, new.subject_name, new.actor);
END;
CREATE TRIGGER billing_logs_words_removed AFTER DELETE ON billing_logs BEGIN
  INSERT INTO log_words (log_words, rowid, message, message_en, subject_name, actor)
  VALUES ('delete', old.id, old.message, old.message_en, old.subject_name, old.actor);
END;
CREATE TRIGGER billing_logs_words_changed
AFTER UPDATE OF id, message, message_en, subject_name, actor ON billing_logs BEGIN
  INSERT INTO log_words (log_words, rowid, message, message_en, subject_name, actor)
  VALUES ('delete', old.id, old.message, old.message_en, old.subject_name, old.actor);
  INSERT INTO log_words (rowid, message, message_en, subject_name, actor)
  VALUES (new.id, new.message, new.message_en, new.subject_name, new.actor);
END;

CREATE INDEX billing_logs_actor ON billing_logs (actor, id);
CREATE INDEX billing_logs_outcome ON billing_logs (outcome, id);
CREATE INDEX billing_logs_cause ON billing_logs (cause, id);

-- Where the chain ends: without this, whoever cuts off its last seals together with their rows is not seen.
CREATE TABLE log_head (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  log_id BIGINT NOT NULL,
  chain  TEXT NOT NULL,
  sealed BIGINT NOT NULL
);
INSERT INTO log_head (id, log_id, chain, sealed)
SELECT 1, log_id, chain, (SELECT COUNT(*) FROM log_seals) FROM log_seals ORDER BY log_id DESC LIMIT 1;
