-- What the router said of a line before anything was sent to it, kept before it is sent: a try that is cut off leaves no other
-- trace of what an undo has to bring back.
ALTER TABLE plan_lines ADD COLUMN found TEXT;
