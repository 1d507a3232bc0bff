-- What the version before does not know is gone: it would take them for secret keys.
DELETE FROM keys WHERE kind = 'publishable';
ALTER TABLE key_secrets DROP COLUMN shown;
ALTER TABLE keys
    DROP CONSTRAINT keys_publishable_of_workspace,
    DROP CONSTRAINT keys_publishable_permissions,
    DROP COLUMN allowed_origins;
