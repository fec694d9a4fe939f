-- What a look at a router must not end: a change that was sent and that whoever sent it has not read back.
ALTER TABLE access ADD COLUMN unread BOOLEAN NOT NULL DEFAULT FALSE;
