-- When the value that the request made was first presented to any server; null: it was not, or to a server of the version
-- before, which only counts the call.
ALTER TABLE key_replays ADD COLUMN used_at TIMESTAMPTZ;
