-- In the order in which a server that still runs takes them to write what it has counted.
LOCK TABLE keys, key_secrets IN ACCESS EXCLUSIVE MODE;

ALTER TABLE keys
    ADD COLUMN rotating_until TIMESTAMPTZ;                            -- when the old secret stops, or stopped; null: never rotated, or taken back

-- A secret that has retired is kept for its counts; its digest is forgotten some time later.
ALTER TABLE key_secrets
    ALTER COLUMN digest DROP NOT NULL,
    ADD COLUMN expiry_before TIMESTAMPTZ,                             -- the key's date before and after the rotation that made
    ADD COLUMN expiry_after TIMESTAMPTZ,                              -- this secret; the same where it was not changed
    ADD COLUMN can_be_taken_back BOOLEAN NOT NULL DEFAULT true,       -- false: who knew the one before must not have the key again
    ADD CONSTRAINT key_secrets_digest_until_retired CHECK (digest IS NOT NULL OR retires_at IS NOT NULL);
CREATE UNIQUE INDEX key_secrets_one_stays ON key_secrets (workspace_id, key_id) WHERE retires_at IS NULL;
CREATE INDEX key_secrets_by_retirement ON key_secrets (retires_at) WHERE digest IS NOT NULL AND retires_at IS NOT NULL;
