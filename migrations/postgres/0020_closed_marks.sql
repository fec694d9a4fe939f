-- By what lines were closed on a router before this program closed them there: `{"profiles": [...], "lists": [...]}`. Who has
-- one of these profiles, or stands on one of these lists, is closed.
ALTER TABLE routers ADD COLUMN closed_marks TEXT NOT NULL DEFAULT '{}';
