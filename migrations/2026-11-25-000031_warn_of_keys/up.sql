-- Who is told what about keys before it happens: that they end, and that nobody uses them.
ALTER TABLE workspaces
    ADD COLUMN unused_key_days  INTEGER CONSTRAINT workspaces_unused_key_days_range CHECK (unused_key_days BETWEEN 30 AND 3650),
    ADD COLUMN security_contact TEXT CONSTRAINT workspaces_security_contact_length CHECK (char_length(security_contact) BETWEEN 3 AND 254);

-- The nearest of its stages that was told of an end of a key. Written with the mails, so that nobody tells it twice.
CREATE TABLE key_expiry_warnings (
    workspace_id UUID NOT NULL CONSTRAINT key_expiry_warnings_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id       TEXT COLLATE "C" NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    days         INTEGER NOT NULL CONSTRAINT key_expiry_warnings_days_known CHECK (days IN (1, 7, 14)),
    warned_at    TIMESTAMPTZ NOT NULL,
    CONSTRAINT key_expiry_warnings_pk PRIMARY KEY (workspace_id, key_id, expires_at),
    CONSTRAINT key_expiry_warnings_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX key_expiry_warnings_by_end ON key_expiry_warnings (expires_at);

-- A key that nobody had used or changed since then when that was told, and that will be deactivated.
CREATE TABLE key_unused_warnings (
    workspace_id   UUID NOT NULL CONSTRAINT key_unused_warnings_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id         TEXT COLLATE "C" NOT NULL,
    since          TIMESTAMPTZ NOT NULL,
    warned_at      TIMESTAMPTZ NOT NULL,
    deactivates_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT key_unused_warnings_pk PRIMARY KEY (workspace_id, key_id),
    CONSTRAINT key_unused_warnings_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT key_unused_warnings_a_week_ahead CHECK (deactivates_at >= warned_at + interval '7 days')
);
