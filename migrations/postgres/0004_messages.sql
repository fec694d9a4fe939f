-- What a message is about, so that one which no longer holds is written anew or taken back before anybody sends it: its
-- invoice, the day on which its line was judged, and why it was taken back.
ALTER TABLE notifications ADD COLUMN invoice_id BIGINT REFERENCES invoices (id);
ALTER TABLE notifications ADD COLUMN judged_on TEXT;
ALTER TABLE notifications ADD COLUMN withdrawn TEXT;

UPDATE notifications SET invoice_id = (SELECT subject_id FROM events WHERE events.id = notifications.event_id)
WHERE kind = 'invoice';
