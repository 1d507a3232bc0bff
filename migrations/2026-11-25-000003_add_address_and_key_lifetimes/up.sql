-- In days. No default: no expiry. No maximum: any date, or none.
ALTER TABLE workspaces
    ADD COLUMN default_key_lifetime_days INTEGER DEFAULT 90
        CONSTRAINT workspaces_default_key_lifetime_range CHECK (default_key_lifetime_days BETWEEN 1 AND 3650),
    ADD COLUMN max_key_lifetime_days INTEGER
        CONSTRAINT workspaces_max_key_lifetime_range CHECK (max_key_lifetime_days BETWEEN 1 AND 3650),
    ADD CONSTRAINT workspaces_default_key_lifetime_within_max CHECK (
        max_key_lifetime_days IS NULL
        OR (default_key_lifetime_days IS NOT NULL AND default_key_lifetime_days <= max_key_lifetime_days));

-- Addresses that a workspace had before. They lead to the one it has now, so no other workspace takes them.
CREATE TABLE former_slugs (
    workspace_id UUID NOT NULL CONSTRAINT former_slugs_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    slug         TEXT COLLATE "C" NOT NULL CONSTRAINT former_slugs_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 48),
    left_at      TIMESTAMPTZ NOT NULL,
    CONSTRAINT former_slugs_pk PRIMARY KEY (workspace_id, slug),
    CONSTRAINT former_slugs_slug_unique UNIQUE (slug)
);
