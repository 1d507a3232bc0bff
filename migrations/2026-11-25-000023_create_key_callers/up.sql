-- From where a key is called: each address and program, with each of its secrets. Whoever is beyond the first thousand
-- of a key has no address here: that row is all of them together.
CREATE TABLE key_callers (
    workspace_id   UUID NOT NULL CONSTRAINT key_callers_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    caller         BYTEA NOT NULL CONSTRAINT key_callers_caller_length CHECK (octet_length(caller) = 32), -- digest of the next four
    key_id         TEXT COLLATE "C" NOT NULL,
    secret_version INTEGER NOT NULL,
    ip             TEXT CONSTRAINT key_callers_ip_length CHECK (char_length(ip) <= 45),
    user_agent     TEXT CONSTRAINT key_callers_user_agent_length CHECK (char_length(user_agent) <= 300),
    first_at       TIMESTAMPTZ NOT NULL,
    last_at        TIMESTAMPTZ NOT NULL,
    last_served_at TIMESTAMPTZ,                                       -- null: every call was refused
    CONSTRAINT key_callers_pk PRIMARY KEY (workspace_id, caller),
    CONSTRAINT key_callers_secret_fk FOREIGN KEY (workspace_id, key_id, secret_version)
        REFERENCES key_secrets (workspace_id, key_id, version) ON DELETE CASCADE,
    CONSTRAINT key_callers_last_after_first CHECK (first_at <= last_at),
    CONSTRAINT key_callers_served_within CHECK (last_served_at BETWEEN first_at AND last_at),
    CONSTRAINT key_callers_others_have_no_program CHECK (ip IS NOT NULL OR user_agent IS NULL)
);
-- Without the times, which each second moves: a row is changed in its place.
CREATE INDEX key_callers_by_secret ON key_callers (workspace_id, key_id, secret_version);

-- Their calls by the days of UTC.
CREATE TABLE key_caller_days (
    workspace_id UUID NOT NULL CONSTRAINT key_caller_days_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    caller       BYTEA NOT NULL,
    day          DATE NOT NULL,
    served       BIGINT NOT NULL CONSTRAINT key_caller_days_served_not_negative CHECK (served >= 0),
    refused      BIGINT NOT NULL CONSTRAINT key_caller_days_refused_not_negative CHECK (refused >= 0),
    CONSTRAINT key_caller_days_pk PRIMARY KEY (workspace_id, caller, day),
    CONSTRAINT key_caller_days_caller_fk FOREIGN KEY (workspace_id, caller) REFERENCES key_callers (workspace_id, caller) ON DELETE CASCADE
);
-- By which what is too old is found.
CREATE INDEX key_caller_days_by_day ON key_caller_days (day);
