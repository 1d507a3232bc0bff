-- Contents are kept outside of the database, each under the id of its row here. The row is written before the first byte, so
-- what has no row is nobody's. Where several installations share a bucket, each keeps to what begins with its id.
ALTER TABLE installation ADD COLUMN id UUID;                          -- null until it is asked for

-- How much a workspace has and may have, in bytes. What arrives counts before it is there: its room is taken first.
CREATE TABLE object_space (
    workspace_id UUID NOT NULL CONSTRAINT object_space_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    used         BIGINT NOT NULL DEFAULT 0 CONSTRAINT object_space_used_not_negative CHECK (used >= 0),
    file_limit   BIGINT NOT NULL DEFAULT 5368709120                   -- 5 GiB
        CONSTRAINT object_space_file_limit_range CHECK (file_limit BETWEEN 1 AND 53687091200),
    total_limit  BIGINT NOT NULL DEFAULT 107374182400                 -- 100 GiB
        CONSTRAINT object_space_total_limit_range CHECK (total_limit BETWEEN 1 AND 1125899906842624),
    CONSTRAINT object_space_pk PRIMARY KEY (workspace_id)
);

CREATE TABLE objects (
    workspace_id  UUID NOT NULL CONSTRAINT objects_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id            UUID NOT NULL,
    state         TEXT NOT NULL CONSTRAINT objects_state_known CHECK (state IN ('arriving', 'whole', 'kept', 'ending')),
    size          BIGINT NOT NULL CONSTRAINT objects_size_not_negative CHECK (size >= 0),  -- the room that it takes: none once it is let go
    sha256        BYTEA CONSTRAINT objects_sha256_length CHECK (octet_length(sha256) = 32),
    upload_id     TEXT CONSTRAINT objects_upload_id_length CHECK (char_length(upload_id) BETWEEN 1 AND 2000),
    progressed_at TIMESTAMPTZ NOT NULL,                               -- when bytes came last, it was kept or let go, or its end was tried
    CONSTRAINT objects_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT objects_whole_has_sum CHECK (state NOT IN ('whole', 'kept') OR sha256 IS NOT NULL)
);
CREATE INDEX objects_by_progress ON objects (progressed_at) WHERE state <> 'kept';
