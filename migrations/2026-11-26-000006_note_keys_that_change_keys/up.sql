-- Which key changed a key last, itself among them; null where a person or the server did. Where a person is named beside
-- it, a server of the version before let that person change it since.
ALTER TABLE keys
    ADD COLUMN updated_by_key_id TEXT COLLATE "C",
    ADD CONSTRAINT keys_updated_by_key_fk FOREIGN KEY (workspace_id, updated_by_key_id)
        REFERENCES keys (workspace_id, id) ON DELETE SET NULL (updated_by_key_id);
CREATE INDEX keys_by_updating_keys ON keys (workspace_id, updated_by_key_id);
