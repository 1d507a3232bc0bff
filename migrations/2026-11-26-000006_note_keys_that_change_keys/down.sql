ALTER TABLE keys DROP COLUMN updated_by_key_id;
