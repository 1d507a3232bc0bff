DROP TABLE key_unused_warnings;
DROP TABLE key_expiry_warnings;
ALTER TABLE workspaces
    DROP COLUMN security_contact,
    DROP COLUMN unused_key_days;
