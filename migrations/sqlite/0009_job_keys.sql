-- The newest job of a line is asked for whenever the line is explained, long after it has ended.
CREATE INDEX jobs_key ON jobs (key, id);
