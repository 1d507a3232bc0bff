DROP TABLE former_slugs;
ALTER TABLE workspaces
    DROP CONSTRAINT workspaces_default_key_lifetime_within_max,
    DROP COLUMN max_key_lifetime_days,
    DROP COLUMN default_key_lifetime_days;
