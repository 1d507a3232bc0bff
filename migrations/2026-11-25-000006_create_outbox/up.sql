-- Mails, written in the transaction of what they tell of and sent after it, by whichever server comes first. A row
-- waits, was sent or was given up; only while it waits is there something to read in it.
CREATE TABLE outbox (
    id          UUID NOT NULL CONSTRAINT outbox_pk PRIMARY KEY,
    purpose     TEXT NOT NULL CONSTRAINT outbox_purpose_form CHECK (purpose ~ '^[a-z_]+$'),
    recipient   TEXT NOT NULL CONSTRAINT outbox_recipient_length CHECK (char_length(recipient) BETWEEN 3 AND 254),
    created_at  TIMESTAMPTZ NOT NULL,
    not_after   TIMESTAMPTZ NOT NULL CONSTRAINT outbox_not_after_creation CHECK (not_after > created_at),
    sealed      BYTEA,                                                -- what it says, encrypted: it may hold a link that opens something
    due_at      TIMESTAMPTZ,                                          -- when it is tried next; while it is tried, when another server may
    tries       INTEGER NOT NULL DEFAULT 0,
    open_tries  INTEGER NOT NULL DEFAULT 0,                           -- of these, whose end nobody knows: each may have arrived
    failed_at   TIMESTAMPTZ,                                          -- of the last try that failed
    failure     TEXT CONSTRAINT outbox_failure_form CHECK (failure ~ '^[a-z_]+$'),
    reply       TEXT CONSTRAINT outbox_reply_length CHECK (char_length(reply) <= 500),
    sent_at     TIMESTAMPTZ,
    given_up_at TIMESTAMPTZ,
    CONSTRAINT outbox_one_state CHECK (num_nonnulls(due_at, sent_at, given_up_at) = 1),
    CONSTRAINT outbox_sealed_while_waiting CHECK ((sealed IS NULL) = (due_at IS NULL)),
    CONSTRAINT outbox_tries_counted CHECK (open_tries BETWEEN 0 AND least(tries, 2)),
    CONSTRAINT outbox_failed_with_reason CHECK ((failed_at IS NULL) = (failure IS NULL))
);
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outbox_by_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_by_failed ON outbox (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX outbox_by_recipient ON outbox (recipient, created_at);
