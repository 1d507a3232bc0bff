-- In which times are shown to its people; a name of the IANA database.
ALTER TABLE workspaces
    ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC' CONSTRAINT workspaces_time_zone_length CHECK (char_length(time_zone) BETWEEN 1 AND 64);
