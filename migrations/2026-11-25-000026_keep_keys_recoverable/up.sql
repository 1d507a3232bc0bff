-- May a secret key be made such that it can be shown again?
ALTER TABLE workspaces ADD COLUMN recoverable_keys BOOLEAN NOT NULL DEFAULT false;

-- While it is possible, its secrets are in key_secrets.sealed. It is over with revocation, for good.
ALTER TABLE keys
    ADD COLUMN recovery TEXT NOT NULL DEFAULT 'never'
        CONSTRAINT keys_recovery_known CHECK (recovery IN ('never', 'possible', 'over')),
    ADD CONSTRAINT keys_recovery_of_secret CHECK (kind = 'secret' OR recovery = 'never'),
    ADD CONSTRAINT keys_recovery_over_when_revoked CHECK (revoked_at IS NULL OR recovery <> 'possible'),
    ADD CONSTRAINT keys_recovery_unique UNIQUE (workspace_id, id, recovery);
CREATE INDEX keys_recoverable ON keys (workspace_id) WHERE recovery = 'possible';

-- No other key has a sealed secret, and none keeps one for which it is over.
ALTER TABLE key_secrets
    ADD COLUMN sealed_while TEXT GENERATED ALWAYS AS (CASE WHEN sealed IS NOT NULL THEN 'possible' END) STORED,
    ADD CONSTRAINT key_secrets_sealed_while_fk FOREIGN KEY (workspace_id, key_id, sealed_while)
        REFERENCES keys (workspace_id, id, recovery);
CREATE INDEX key_secrets_by_recovery ON key_secrets (workspace_id, key_id, sealed_while);

-- Whoever revokes a key, on whatever way, destroys them.
CREATE FUNCTION destroy_sealed_secrets() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE key_secrets SET sealed = NULL
    WHERE workspace_id = NEW.workspace_id AND key_id = NEW.id AND sealed IS NOT NULL;
    NEW.recovery := 'over';
    RETURN NEW;
END
$$;
CREATE TRIGGER keys_revoked_unseal BEFORE UPDATE ON keys FOR EACH ROW
    WHEN (NEW.revoked_at IS NOT NULL AND NEW.recovery = 'possible') EXECUTE FUNCTION destroy_sealed_secrets();
