CREATE TABLE keys (
    workspace_id         UUID NOT NULL CONSTRAINT keys_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                   TEXT COLLATE "C" NOT NULL CONSTRAINT keys_id_form CHECK (id ~ '^[0-9A-Za-z]{12}$'),
    kind                 TEXT NOT NULL CONSTRAINT keys_kind_known CHECK (kind IN ('secret', 'publishable')),
    owner_member_id      UUID,                                        -- null: a workspace key
    label                TEXT NOT NULL CONSTRAINT keys_label_length CHECK (char_length(label) BETWEEN 1 AND 80),
    permissions          TEXT[] NOT NULL CONSTRAINT keys_permissions_known CHECK (permissions <@ ARRAY[
        'OBJECTS_LIST', 'OBJECTS_FETCH',
        'FILE_UPLOAD', 'FILE_META_CREATE', 'FILE_META_CHANGE', 'FILE_RENAME', 'FILE_MOVE', 'FILE_DELETE', 'FILE_SET_VISIBILITY',
        'FILE_LABEL_CHANGE', 'FILE_IMAGE_EDITOR', 'FILE_PRODUCT_CHANGE', 'FILE_PROCESS_AUTOTAGGING',
        'DIR_CREATE', 'DIR_RENAME', 'DIR_META_CHANGE', 'DIR_MOVE', 'DIR_DELETE', 'DIR_SET_VISIBILITY',
        'COLLECTIONS_LIST', 'COLLECTIONS_MANAGE', 'LABELS_LIST', 'LABEL_MANAGE',
        'OBJECTS_SHARE_MANAGE', 'OBJECTS_AIRBOX_MANAGE', 'OBJECTS_APPROVAL_MANAGE', 'OBJECTS_APPROVAL_VOTE',
        'CONFIG_LIST', 'CONFIG_CHANGE', 'ACCESS_READ', 'ACCESS_MANAGE']::TEXT[]),
    created_at           TIMESTAMPTZ NOT NULL,
    created_by_member_id UUID,                                        -- null: the command line
    updated_at           TIMESTAMPTZ NOT NULL,
    updated_by_member_id UUID,                                        -- null: the command line, or the key itself
    expires_at           TIMESTAMPTZ,
    deactivated_at       TIMESTAMPTZ,
    revoked_at           TIMESTAMPTZ,
    revoked_for          TEXT CONSTRAINT keys_revoked_for_known CHECK (revoked_for IN ('unneeded', 'compromised')),
    form_nonce           UUID,                                        -- of the form that made it: a form makes one key
    CONSTRAINT keys_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT keys_id_unique UNIQUE (id),
    CONSTRAINT keys_form_nonce_unique UNIQUE (workspace_id, form_nonce),
    CONSTRAINT keys_owner_fk FOREIGN KEY (workspace_id, owner_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT keys_created_by_fk FOREIGN KEY (workspace_id, created_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT keys_updated_by_fk FOREIGN KEY (workspace_id, updated_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT keys_revoked_with_reason CHECK ((revoked_at IS NULL) = (revoked_for IS NULL)),
    CONSTRAINT keys_expire_after_creation CHECK (expires_at > created_at)
);
CREATE UNIQUE INDEX keys_label_unique ON keys (workspace_id, owner_member_id, lower(label)) NULLS NOT DISTINCT WHERE revoked_at IS NULL;
CREATE INDEX keys_by_age ON keys (workspace_id, created_at DESC, id DESC);
CREATE INDEX keys_by_owner ON keys (workspace_id, owner_member_id);
CREATE INDEX keys_by_creator ON keys (workspace_id, created_by_member_id);
CREATE INDEX keys_by_updater ON keys (workspace_id, updated_by_member_id);

-- One row a secret: a key has one, two while it rotates. Only the keyed hash is kept.
CREATE TABLE key_secrets (
    workspace_id   UUID NOT NULL CONSTRAINT key_secrets_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id         TEXT COLLATE "C" NOT NULL,
    version        INTEGER NOT NULL CONSTRAINT key_secrets_version_positive CHECK (version > 0),
    digest         BYTEA NOT NULL CONSTRAINT key_secrets_digest_length CHECK (octet_length(digest) = 32),
    pepper_version INTEGER NOT NULL CONSTRAINT key_secrets_pepper_positive CHECK (pepper_version > 0),
    made_at        TIMESTAMPTZ NOT NULL,
    retires_at     TIMESTAMPTZ CONSTRAINT key_secrets_retire_after_made CHECK (retires_at >= made_at),
    sealed         BYTEA,                                             -- of a recoverable key: the value, encrypted
    CONSTRAINT key_secrets_pk PRIMARY KEY (workspace_id, key_id, version),
    CONSTRAINT key_secrets_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE
);

-- Counters live beside the key, never in its row: an edit cannot overwrite them.
CREATE TABLE key_calls (
    workspace_id   UUID NOT NULL CONSTRAINT key_calls_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id         TEXT COLLATE "C" NOT NULL,
    hour           TIMESTAMPTZ NOT NULL CONSTRAINT key_calls_hour_whole CHECK (hour = date_trunc('hour', hour, 'UTC')),
    secret_version INTEGER NOT NULL,
    outcome        TEXT NOT NULL CONSTRAINT key_calls_outcome_form CHECK (outcome ~ '^[a-z_]+$'),
    calls          BIGINT NOT NULL CONSTRAINT key_calls_positive CHECK (calls > 0),
    CONSTRAINT key_calls_pk PRIMARY KEY (workspace_id, key_id, hour, secret_version, outcome),
    CONSTRAINT key_calls_secret_fk FOREIGN KEY (workspace_id, key_id, secret_version) REFERENCES key_secrets (workspace_id, key_id, version) ON DELETE CASCADE
);
CREATE INDEX key_calls_by_secret ON key_calls (workspace_id, key_id, secret_version);

CREATE TABLE key_last_uses (
    workspace_id UUID NOT NULL CONSTRAINT key_last_uses_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id       TEXT COLLATE "C" NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    ip           TEXT NOT NULL CONSTRAINT key_last_uses_ip_length CHECK (char_length(ip) <= 45),
    CONSTRAINT key_last_uses_pk PRIMARY KEY (workspace_id, key_id),
    CONSTRAINT key_last_uses_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE
);
