DROP TABLE member_visits;
DROP INDEX members_owners;
ALTER TABLE members DROP COLUMN suspended_at;
ALTER TABLE users DROP COLUMN folded;
-- `folded` stays: it may be that of another migration.
