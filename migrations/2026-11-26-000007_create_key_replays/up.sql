-- Requests that made a value of a key and may be sent again, by the name that the key that sent them gave each. No secret is
-- in here: sent again, a request makes another.
CREATE TABLE key_replays (
    workspace_id   UUID NOT NULL CONSTRAINT key_replays_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    caller_key_id  TEXT COLLATE "C" NOT NULL,
    name           TEXT COLLATE "C" NOT NULL CONSTRAINT key_replays_name_form CHECK (name ~ '^[!-~]{1,255}$'),
    request        BYTEA NOT NULL CONSTRAINT key_replays_request_length CHECK (octet_length(request) = 32), -- SHA-256 of it
    first_at       TIMESTAMPTZ NOT NULL,
    key_id         TEXT COLLATE "C" NOT NULL,
    secret_version INTEGER NOT NULL,                                  -- the value that it made last
    CONSTRAINT key_replays_pk PRIMARY KEY (workspace_id, caller_key_id, name),
    CONSTRAINT key_replays_caller_fk FOREIGN KEY (workspace_id, caller_key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT key_replays_secret_fk FOREIGN KEY (workspace_id, key_id, secret_version)
        REFERENCES key_secrets (workspace_id, key_id, version) ON DELETE CASCADE
);
CREATE INDEX key_replays_by_secret ON key_replays (workspace_id, key_id, secret_version);
CREATE INDEX key_replays_by_age ON key_replays (first_at);
