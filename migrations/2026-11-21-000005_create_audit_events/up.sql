-- One partition a month, made ahead by the server, so that old months can be
-- dropped whole. The default partition takes what no month was made for.
CREATE TABLE audit_events (
    workspace_id  UUID NOT NULL CONSTRAINT audit_events_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    at            TIMESTAMPTZ NOT NULL,
    id            UUID NOT NULL,
    actor_kind    TEXT NOT NULL CONSTRAINT audit_events_actor_known CHECK (actor_kind IN ('member', 'key', 'command_line', 'system')),
    actor_id      TEXT,
    actor_label   TEXT NOT NULL,
    action        TEXT NOT NULL CONSTRAINT audit_events_action_form CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    subject_kind  TEXT NOT NULL CONSTRAINT audit_events_subject_form CHECK (subject_kind ~ '^[a-z_]+$'),
    subject_id    TEXT NOT NULL,
    subject_label TEXT NOT NULL,
    before        JSONB,
    after         JSONB,
    ip            TEXT CONSTRAINT audit_events_ip_length CHECK (char_length(ip) <= 45),
    user_agent    TEXT CONSTRAINT audit_events_user_agent_length CHECK (char_length(user_agent) <= 300),
    request_id    TEXT CONSTRAINT audit_events_request_id_length CHECK (char_length(request_id) <= 64),
    refused       BOOLEAN NOT NULL,
    CONSTRAINT audit_events_pk PRIMARY KEY (workspace_id, at, id),
    CONSTRAINT audit_events_actor_id_given CHECK ((actor_id IS NULL) = (actor_kind IN ('command_line', 'system')))
) PARTITION BY RANGE (at);
CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;
