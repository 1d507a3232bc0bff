ALTER TABLE key_secrets DROP COLUMN made_by_key_id;
