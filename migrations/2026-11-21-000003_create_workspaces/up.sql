CREATE TABLE workspaces (
    id         UUID NOT NULL CONSTRAINT workspaces_pk PRIMARY KEY,
    slug       TEXT COLLATE "C" NOT NULL CONSTRAINT workspaces_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 48),
    name       TEXT NOT NULL CONSTRAINT workspaces_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT workspaces_slug_unique UNIQUE (slug)
);

-- Never deleted: history points at members for good.
CREATE TABLE members (
    workspace_id UUID NOT NULL CONSTRAINT members_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id           UUID NOT NULL,
    user_id      UUID NOT NULL CONSTRAINT members_user_fk REFERENCES users,
    role         TEXT NOT NULL CONSTRAINT members_role_known CHECK (role IN ('owner', 'admin', 'member')),
    created_at   TIMESTAMPTZ NOT NULL,
    removed_at   TIMESTAMPTZ,
    CONSTRAINT members_pk PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX members_user_unique_in_workspace ON members (workspace_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX members_by_user ON members (user_id);
