-- Links by which somebody sets a new password, one for each address that asked: a newer one takes its place. An address
-- without an account has one that opens nothing, so that the table says of nobody whether they have an account; the
-- address is hashed, as the table fills with whatever strangers type. Of the link only a digest is kept.
CREATE TABLE reset_links (
    email_digest BYTEA NOT NULL CONSTRAINT reset_links_email_digest_length CHECK (octet_length(email_digest) = 32),
    token_digest BYTEA NOT NULL CONSTRAINT reset_links_token_digest_length CHECK (octet_length(token_digest) = 32),
    user_id      UUID CONSTRAINT reset_links_user_fk REFERENCES users ON DELETE CASCADE,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL CONSTRAINT reset_links_expire_after_creation CHECK (expires_at > created_at),
    CONSTRAINT reset_links_pk PRIMARY KEY (email_digest),
    CONSTRAINT reset_links_token_digest_unique UNIQUE (token_digest)
);
CREATE INDEX reset_links_by_user ON reset_links (user_id);
CREATE INDEX reset_links_by_expiry ON reset_links (expires_at);

-- A new address that somebody wants, until both it and the present one have confirmed that by a link of their own.
CREATE TABLE email_changes (
    user_id          UUID NOT NULL CONSTRAINT email_changes_user_fk REFERENCES users ON DELETE CASCADE,
    new_email        TEXT NOT NULL CONSTRAINT email_changes_new_email_form CHECK (char_length(new_email) BETWEEN 3 AND 254 AND position('@' IN new_email) > 1),
    asked_at         TIMESTAMPTZ NOT NULL,
    expires_at       TIMESTAMPTZ NOT NULL CONSTRAINT email_changes_expire_after_asked CHECK (expires_at > asked_at),
    old_token_digest BYTEA NOT NULL CONSTRAINT email_changes_old_token_digest_length CHECK (octet_length(old_token_digest) = 32),
    new_token_digest BYTEA NOT NULL CONSTRAINT email_changes_new_token_digest_length CHECK (octet_length(new_token_digest) = 32),
    old_confirmed_at TIMESTAMPTZ,
    new_confirmed_at TIMESTAMPTZ,
    CONSTRAINT email_changes_pk PRIMARY KEY (user_id),
    CONSTRAINT email_changes_not_yet_both CHECK (num_nonnulls(old_confirmed_at, new_confirmed_at) < 2)
);
CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);
