-- Expiry and permissions are changed of many keys at once, too: to undo that, what each of them had is needed, by its id.
ALTER TABLE key_changes
    DROP CONSTRAINT key_changes_bulk_action_known,
    ADD CONSTRAINT key_changes_bulk_action_known CHECK (bulk_action IN (
        'activate', 'deactivate', 'revoke', 'restore', 'change_expiry', 'add_permissions', 'remove_permissions')),
    ADD COLUMN had JSONB,
    ADD COLUMN run_id UUID,
    ADD CONSTRAINT key_changes_had_of_settings CHECK ((had IS NOT NULL) = (bulk_action IN ('change_expiry', 'add_permissions', 'remove_permissions')));

CREATE INDEX key_changes_by_run ON key_changes (workspace_id, run_id) WHERE run_id IS NOT NULL;

-- A change to more keys than one transaction takes: chunk after chunk, by whichever server is there.
CREATE TABLE key_runs (
    workspace_id         UUID NOT NULL CONSTRAINT key_runs_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                   UUID NOT NULL,
    bulk_action          TEXT NOT NULL CONSTRAINT key_runs_bulk_action_known CHECK (bulk_action IN (
        'activate', 'deactivate', 'revoke', 'restore', 'change_expiry', 'add_permissions', 'remove_permissions')),
    terms                JSONB NOT NULL,                              -- the reason, the expiry or the permissions
    is_undo              BOOLEAN NOT NULL,                            -- of a run that did the action
    matching             TEXT NOT NULL CONSTRAINT key_runs_matching_length CHECK (char_length(matching) <= 1000), -- as the list was asked for
    started_by_member_id UUID NOT NULL,
    started_by_label     TEXT NOT NULL CONSTRAINT key_runs_started_by_label_length CHECK (char_length(started_by_label) BETWEEN 1 AND 200),
    ip                   TEXT CONSTRAINT key_runs_ip_length CHECK (char_length(ip) <= 45),
    user_agent           TEXT CONSTRAINT key_runs_user_agent_length CHECK (char_length(user_agent) <= 300),
    request_id           UUID,
    started_at           TIMESTAMPTZ NOT NULL,
    total                BIGINT NOT NULL CONSTRAINT key_runs_total_positive CHECK (total > 0),
    changed              BIGINT NOT NULL DEFAULT 0 CONSTRAINT key_runs_changed_not_negative CHECK (changed >= 0),
    skipped              BIGINT NOT NULL DEFAULT 0 CONSTRAINT key_runs_skipped_not_negative CHECK (skipped >= 0),
    reasons              JSONB NOT NULL DEFAULT '{}',                 -- how many were skipped for each
    state                TEXT NOT NULL DEFAULT 'running' CONSTRAINT key_runs_state_known CHECK (state IN (
        'running', 'done', 'stopped', 'forbidden', 'failed')),
    ended_at             TIMESTAMPTZ,
    CONSTRAINT key_runs_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT key_runs_starter_fk FOREIGN KEY (workspace_id, started_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT key_runs_ended_unless_running CHECK ((ended_at IS NULL) = (state = 'running')),
    CONSTRAINT key_runs_nothing_twice CHECK (changed + skipped <= total)
);
CREATE UNIQUE INDEX key_runs_one_at_a_time ON key_runs (workspace_id) WHERE state = 'running';
CREATE INDEX key_runs_by_starter ON key_runs (workspace_id, started_by_member_id);

-- The keys of a run that are still to be changed, as they were selected; or the change to them that is taken back.
-- A chunk goes away in the transaction that does it.
CREATE TABLE key_run_chunks (
    workspace_id UUID NOT NULL CONSTRAINT key_run_chunks_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    run_id       UUID NOT NULL,
    position     INTEGER NOT NULL CONSTRAINT key_run_chunks_position_not_negative CHECK (position >= 0),
    key_ids      TEXT[] NOT NULL CONSTRAINT key_run_chunks_key_ids_number CHECK (cardinality(key_ids) BETWEEN 1 AND 2000),
    change_id    UUID,
    CONSTRAINT key_run_chunks_pk PRIMARY KEY (workspace_id, run_id, position),
    CONSTRAINT key_run_chunks_run_fk FOREIGN KEY (workspace_id, run_id) REFERENCES key_runs (workspace_id, id) ON DELETE CASCADE
);
