-- What a PPP profile gets that the program makes on a router: a profile of the router whose addresses it takes over, and
-- addresses that the office names itself.
ALTER TABLE routers ADD COLUMN default_profile TEXT NOT NULL DEFAULT 'default';
ALTER TABLE routers ADD COLUMN profile_local_address TEXT;
ALTER TABLE routers ADD COLUMN profile_remote_address TEXT;
