CREATE TABLE users (
    id                  UUID NOT NULL CONSTRAINT users_pk PRIMARY KEY,
    email               TEXT NOT NULL CONSTRAINT users_email_form CHECK (char_length(email) BETWEEN 3 AND 254 AND position('@' IN email) > 1),
    name                TEXT NOT NULL CONSTRAINT users_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
    password_hash       TEXT NOT NULL CONSTRAINT users_password_hash_form CHECK (password_hash LIKE '$argon2id$%'),
    password_changed_at TIMESTAMPTZ NOT NULL,
    theme               TEXT NOT NULL DEFAULT 'system' CONSTRAINT users_theme_known CHECK (theme IN ('system', 'light', 'dark')),
    created_at          TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX users_email_unique ON users (lower(email));

-- Failed sign-ins, counted alike for addresses that exist and that do not. The
-- address is hashed: the table fills with whatever strangers type.
CREATE TABLE sign_in_counters (
    email_digest  BYTEA NOT NULL CONSTRAINT sign_in_counters_digest_length CHECK (octet_length(email_digest) = 32),
    day           DATE NOT NULL,
    failures      INTEGER NOT NULL CONSTRAINT sign_in_counters_failures_positive CHECK (failures > 0),
    blocked_until TIMESTAMPTZ NOT NULL,
    CONSTRAINT sign_in_counters_pk PRIMARY KEY (email_digest)
);
CREATE INDEX sign_in_counters_by_day ON sign_in_counters (day);

-- What happens to an account belongs to the person, not to a workspace.
CREATE TABLE account_events (
    id         UUID NOT NULL CONSTRAINT account_events_pk PRIMARY KEY,
    user_id    UUID NOT NULL CONSTRAINT account_events_user_fk REFERENCES users ON DELETE CASCADE,
    at         TIMESTAMPTZ NOT NULL,
    action     TEXT NOT NULL CONSTRAINT account_events_action_form CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    ip         TEXT CONSTRAINT account_events_ip_length CHECK (char_length(ip) <= 45),
    user_agent TEXT CONSTRAINT account_events_user_agent_length CHECK (char_length(user_agent) <= 300),
    request_id TEXT CONSTRAINT account_events_request_id_length CHECK (char_length(request_id) <= 64)
);
CREATE INDEX account_events_by_user ON account_events (user_id, at DESC, id DESC);
