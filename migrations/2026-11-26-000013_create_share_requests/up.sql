-- A member asks that somebody who may gives an API key a role in a folder. Which key is said in words: whoever asks sees none.
CREATE TABLE share_requests (
    workspace_id         UUID NOT NULL CONSTRAINT share_requests_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                   UUID NOT NULL,
    folder_id            UUID NOT NULL,
    asked_by_member_id   UUID NOT NULL,
    wanted               TEXT NOT NULL CONSTRAINT share_requests_wanted_length CHECK (char_length(wanted) BETWEEN 1 AND 120),
    role                 TEXT NOT NULL CONSTRAINT share_requests_role_known CHECK (role IN ('user', 'editor')),
    note                 TEXT NOT NULL CONSTRAINT share_requests_note_length CHECK (char_length(note) <= 500),
    asked_at             TIMESTAMPTZ NOT NULL,
    withdrawn_at         TIMESTAMPTZ,
    decided_at           TIMESTAMPTZ,
    decided_by_member_id UUID,
    key_id               TEXT COLLATE "C",                            -- what was approved; null: it was declined
    reason               TEXT NOT NULL CONSTRAINT share_requests_reason_length CHECK (char_length(reason) <= 500),
    CONSTRAINT share_requests_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT share_requests_folder_fk FOREIGN KEY (workspace_id, folder_id) REFERENCES folders (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT share_requests_asked_by_fk FOREIGN KEY (workspace_id, asked_by_member_id) REFERENCES members (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT share_requests_decided_by_fk FOREIGN KEY (workspace_id, decided_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT share_requests_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT share_requests_ends_once CHECK (num_nonnulls(withdrawn_at, decided_at) <= 1),
    CONSTRAINT share_requests_decided_whole CHECK (num_nonnulls(decided_at, decided_by_member_id) IN (0, 2)),
    CONSTRAINT share_requests_approved_is_decided CHECK (key_id IS NULL OR decided_at IS NOT NULL)
);
-- What waits for an answer is not asked for twice.
CREATE UNIQUE INDEX share_requests_open_unique ON share_requests (workspace_id, folder_id, asked_by_member_id, role, lower(wanted))
    WHERE withdrawn_at IS NULL AND decided_at IS NULL;
CREATE INDEX share_requests_by_folder ON share_requests (workspace_id, folder_id, asked_at);
CREATE INDEX share_requests_by_asker ON share_requests (workspace_id, asked_by_member_id);
CREATE INDEX share_requests_by_decider ON share_requests (workspace_id, decided_by_member_id);
CREATE INDEX share_requests_by_key_id ON share_requests (workspace_id, key_id);

-- What ends on a day is looked for, to be tidied.
CREATE INDEX shares_by_end ON shares (expires_at) WHERE expires_at IS NOT NULL;

-- The words of a text, each to be found by how it begins: what is between them is of ASCII, whatever the language.
CREATE FUNCTION words_in(TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_to_tsvector(array_remove(regexp_split_to_array($1, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+'), ''));

-- Finds the texts in which each word of this one begins a word. Null: it has none.
CREATE FUNCTION beginnings(TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT string_agg('''' || word || ''':*', ' & ')::TSQUERY
        FROM unnest(array_remove(regexp_split_to_array($1, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+'), '')) word);

CREATE INDEX users_by_word ON users USING gin (words_in(folded));
CREATE INDEX groups_by_word ON groups USING gin (words_in(folded));
CREATE INDEX keys_by_word ON keys USING gin (words_in(label_folded)) WHERE revoked_at IS NULL AND owner_member_id IS NULL;
CREATE INDEX keys_to_share ON keys (workspace_id, label_folded, id) WHERE revoked_at IS NULL AND owner_member_id IS NULL;
