ALTER TABLE key_replays DROP COLUMN used_at;
