DROP TRIGGER keys_revoked_unseal ON keys;
DROP FUNCTION destroy_sealed_secrets;
ALTER TABLE key_secrets DROP COLUMN sealed_while;
ALTER TABLE keys DROP COLUMN recovery;
ALTER TABLE workspaces DROP COLUMN recoverable_keys;
