DROP TRIGGER key_secrets_sealed ON key_secrets;
DROP FUNCTION check_sealed_secret;
DROP TRIGGER keys_revoked_unseal ON keys;
DROP FUNCTION destroy_sealed_secrets;
ALTER TABLE keys DROP COLUMN recovery;
ALTER TABLE workspaces DROP COLUMN recoverable_keys;
