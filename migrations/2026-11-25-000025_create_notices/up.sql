-- What admins, or one member, must know until one of them dismisses it. The same thing again raises `times` and `last_at`
-- of its row; what makes it the same is the kind, the subject, who is told, and the occasion, such as the end of a key.
CREATE TABLE notices (
    workspace_id           UUID NOT NULL CONSTRAINT notices_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                     UUID NOT NULL,
    kind                   TEXT NOT NULL CONSTRAINT notices_kind_form CHECK (kind ~ '^[a-z_]{1,50}$'),
    occasion               TEXT NOT NULL CONSTRAINT notices_occasion_length CHECK (char_length(occasion) <= 80),
    subject_kind           TEXT NOT NULL CONSTRAINT notices_subject_form CHECK (subject_kind ~ '^[a-z_]{1,50}$'),
    subject_id             TEXT NOT NULL,
    subject_label          TEXT NOT NULL,
    member_id              UUID,                                      -- whom it is for; null: the admins
    facts                  JSONB NOT NULL,
    first_at               TIMESTAMPTZ NOT NULL,
    last_at                TIMESTAMPTZ NOT NULL,
    times                  BIGINT NOT NULL CONSTRAINT notices_times_positive CHECK (times > 0),
    dismissed_at           TIMESTAMPTZ,
    dismissed_by_member_id UUID,
    CONSTRAINT notices_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT notices_unique UNIQUE NULLS NOT DISTINCT (workspace_id, subject_kind, subject_id, kind, occasion, member_id),
    CONSTRAINT notices_member_fk FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT notices_dismissed_by_fk FOREIGN KEY (workspace_id, dismissed_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT notices_first_before_last CHECK (first_at <= last_at),
    CONSTRAINT notices_dismissed_by_somebody CHECK ((dismissed_at IS NULL) = (dismissed_by_member_id IS NULL))
);
CREATE INDEX notices_open ON notices (workspace_id, first_at DESC, id DESC) WHERE dismissed_at IS NULL;
CREATE INDEX notices_by_age ON notices (last_at);
CREATE INDEX notices_by_member ON notices (workspace_id, member_id);
CREATE INDEX notices_by_dismissal ON notices (workspace_id, dismissed_by_member_id);
