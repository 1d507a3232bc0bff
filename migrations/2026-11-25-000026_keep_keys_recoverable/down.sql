DROP TRIGGER key_secrets_sealed ON key_secrets;
DROP FUNCTION check_sealed_secret;
DROP TRIGGER keys_revoked_unseal ON keys;
DROP FUNCTION destroy_sealed_secrets;
-- The version before destroys none, whatever ends a key.
UPDATE key_secrets SET sealed = NULL WHERE sealed IS NOT NULL;
ALTER TABLE keys DROP COLUMN recovery;
ALTER TABLE workspaces DROP COLUMN recoverable_keys;
