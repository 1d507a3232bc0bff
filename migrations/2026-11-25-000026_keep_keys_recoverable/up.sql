-- In the order in which the calls of a server that still runs take them.
LOCK TABLE keys, workspaces, key_secrets IN ACCESS EXCLUSIVE MODE;

-- May a secret key be made such that it can be shown again?
ALTER TABLE workspaces ADD COLUMN recoverable_keys BOOLEAN NOT NULL DEFAULT false;

-- While it is possible, its secrets are in key_secrets.sealed. It is over with revocation, for good.
ALTER TABLE keys
    ADD COLUMN recovery TEXT NOT NULL DEFAULT 'never'
        CONSTRAINT keys_recovery_known CHECK (recovery IN ('never', 'possible', 'over')),
    ADD CONSTRAINT keys_recovery_of_secret CHECK (kind = 'secret' OR recovery = 'never'),
    ADD CONSTRAINT keys_recovery_over_when_revoked CHECK (revoked_at IS NULL OR recovery <> 'possible');
CREATE INDEX keys_recoverable ON keys (workspace_id) WHERE recovery = 'possible';

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

-- No other key has one. Not a foreign key: whoever revokes would then wait for those who count calls, and they for him.
CREATE FUNCTION check_sealed_secret() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM keys
    WHERE workspace_id = NEW.workspace_id AND id = NEW.key_id AND recovery = 'possible' FOR SHARE;
    IF NOT FOUND THEN
        RAISE check_violation USING MESSAGE = 'the key is not recoverable', CONSTRAINT = 'key_secrets_sealed_of_recoverable';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER key_secrets_sealed BEFORE INSERT OR UPDATE ON key_secrets FOR EACH ROW
    WHEN (NEW.sealed IS NOT NULL) EXECUTE FUNCTION check_sealed_secret();
