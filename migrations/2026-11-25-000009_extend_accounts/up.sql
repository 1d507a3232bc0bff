-- In which times are shown to this person everywhere; a name of the IANA database. Null: in each workspace's.
ALTER TABLE users
    ADD COLUMN time_zone TEXT CONSTRAINT users_time_zone_length CHECK (char_length(time_zone) BETWEEN 1 AND 64);

-- What pages call a session: its id is a secret, and is replaced now and then.
ALTER TABLE sessions
    ADD COLUMN handle UUID NOT NULL DEFAULT gen_random_uuid() CONSTRAINT sessions_handle_unique UNIQUE,
    -- When the password was last entered in it; null in a session older than this column.
    ADD COLUMN confirmed_at TIMESTAMPTZ CONSTRAINT sessions_confirmed_after_created CHECK (confirmed_at >= created_at);

ALTER TABLE account_events
    ADD COLUMN before JSONB,
    ADD COLUMN after JSONB;
