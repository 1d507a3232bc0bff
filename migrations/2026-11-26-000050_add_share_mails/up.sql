-- Whether this person is written to when somebody shares a folder with them, and chooses to tell them.
ALTER TABLE users ADD COLUMN told_of_shares BOOLEAN NOT NULL DEFAULT TRUE;
