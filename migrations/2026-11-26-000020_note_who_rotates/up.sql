-- In the order in which a server that still runs takes them to write what it has counted.
LOCK TABLE keys, key_secrets IN ACCESS EXCLUSIVE MODE;

-- Which key was answered with this secret; null: a person was, or it is the value of a publishable key and no secret.
ALTER TABLE key_secrets
    ADD COLUMN made_by_key_id TEXT COLLATE "C",
    ADD CONSTRAINT key_secrets_made_by_key_fk FOREIGN KEY (workspace_id, made_by_key_id)
        REFERENCES keys (workspace_id, id) ON DELETE SET NULL (made_by_key_id);
CREATE INDEX key_secrets_by_making_keys ON key_secrets (workspace_id, made_by_key_id);
