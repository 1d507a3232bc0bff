ALTER TABLE key_secrets DROP COLUMN ceiling;
