-- The cookie holds a random id; only its SHA-256 is kept.
CREATE TABLE sessions (
    id_digest    BYTEA NOT NULL CONSTRAINT sessions_id_digest_length CHECK (octet_length(id_digest) = 32),
    user_id      UUID NOT NULL CONSTRAINT sessions_user_fk REFERENCES users ON DELETE CASCADE,
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL CONSTRAINT sessions_seen_after_created CHECK (last_seen_at >= created_at),
    ip           TEXT CONSTRAINT sessions_ip_length CHECK (char_length(ip) <= 45),
    user_agent   TEXT CONSTRAINT sessions_user_agent_length CHECK (char_length(user_agent) <= 300),
    CONSTRAINT sessions_pk PRIMARY KEY (id_digest)
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);

-- Which workspaces a session has entered: each sees one "signed in" of it, and
-- nothing of what the person does in another.
CREATE TABLE session_visits (
    workspace_id UUID NOT NULL CONSTRAINT session_visits_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id_digest    BYTEA NOT NULL CONSTRAINT session_visits_session_fk REFERENCES sessions ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT session_visits_pk PRIMARY KEY (workspace_id, id_digest)
);
CREATE INDEX session_visits_by_session ON session_visits (id_digest);
