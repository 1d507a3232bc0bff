-- What was done to many keys at once, so that it can be undone: a cookie has no room for two thousand ids.
CREATE TABLE key_changes (
    workspace_id UUID NOT NULL CONSTRAINT key_changes_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id           UUID NOT NULL,
    bulk_action  TEXT NOT NULL CONSTRAINT key_changes_bulk_action_known CHECK (bulk_action IN ('activate', 'deactivate', 'revoke', 'restore')),
    made_at      TIMESTAMPTZ NOT NULL,
    key_ids      TEXT[] NOT NULL CONSTRAINT key_changes_key_ids_number CHECK (cardinality(key_ids) BETWEEN 1 AND 2000),
    CONSTRAINT key_changes_pk PRIMARY KEY (workspace_id, id)
);
CREATE INDEX key_changes_by_age ON key_changes (made_at);
