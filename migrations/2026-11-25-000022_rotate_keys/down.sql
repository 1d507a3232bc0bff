LOCK TABLE keys, key_secrets IN ACCESS EXCLUSIVE MODE;

-- The version before does not look at when a secret retires: what is retired, or about to be, must not open anything.
UPDATE key_secrets SET digest = sha256(gen_random_uuid()::TEXT::BYTEA) WHERE retires_at IS NOT NULL;

DROP INDEX key_secrets_by_retirement;
DROP INDEX key_secrets_one_stays;
ALTER TABLE key_secrets
    DROP CONSTRAINT key_secrets_digest_until_retired,
    DROP COLUMN can_be_taken_back,
    DROP COLUMN expiry_after,
    DROP COLUMN expiry_before,
    ALTER COLUMN digest SET NOT NULL;
ALTER TABLE keys DROP COLUMN rotating_until;
