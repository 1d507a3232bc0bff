ALTER TABLE account_events DROP COLUMN after, DROP COLUMN before;
ALTER TABLE sessions DROP COLUMN confirmed_at, DROP COLUMN handle;
ALTER TABLE users DROP COLUMN time_zone;
