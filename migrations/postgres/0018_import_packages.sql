-- The packages that an import made, as a JSON list of their ids, so that undoing it takes them back as well.
ALTER TABLE import_batches ADD COLUMN packages TEXT NOT NULL DEFAULT '[]';
