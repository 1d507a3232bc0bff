DROP TABLE member_visits;
DROP INDEX members_owners;
ALTER TABLE members DROP COLUMN suspended_at;
ALTER TABLE users DROP COLUMN folded;
-- The function `folded` is of the keys' migration.
