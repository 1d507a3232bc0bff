ALTER TABLE users DROP COLUMN told_of_shares;
