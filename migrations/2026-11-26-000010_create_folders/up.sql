-- The tree of folders. `path` leads from the folder at the top to this one, so that whoever reaches one of them reaches this
-- one: that is never copied, only looked up.
CREATE TABLE folders (
    workspace_id    UUID NOT NULL CONSTRAINT folders_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id              UUID NOT NULL,
    parent_id       UUID,                                             -- null: at the top of the library
    path            UUID[] NOT NULL,
    name            TEXT NOT NULL CONSTRAINT folders_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
    folded          TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (folded(name)) STORED,
    description     TEXT NOT NULL CONSTRAINT folders_description_length CHECK (char_length(description) <= 1000),
    metadata        JSONB NOT NULL CONSTRAINT folders_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    visibility      TEXT NOT NULL CONSTRAINT folders_visibility_known CHECK (visibility IN ('listed', 'unlisted')),
    owner_member_id UUID,                                             -- null: the workspace
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    trashed_at      TIMESTAMPTZ,
    trashed_with    UUID,                                             -- itself, or the folder above it that was put there
    trashed_by      TEXT CONSTRAINT folders_trashed_by_length CHECK (char_length(trashed_by) BETWEEN 1 AND 200),
    CONSTRAINT folders_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT folders_parent_fk FOREIGN KEY (workspace_id, parent_id) REFERENCES folders (workspace_id, id),
    CONSTRAINT folders_owner_fk FOREIGN KEY (workspace_id, owner_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT folders_path_ends_here CHECK (path[cardinality(path)] = id AND path[cardinality(path) - 1] IS NOT DISTINCT FROM parent_id),
    CONSTRAINT folders_depth CHECK (cardinality(path) BETWEEN 1 AND 32),
    CONSTRAINT folders_trashed_whole CHECK (num_nonnulls(trashed_at, trashed_with, trashed_by) IN (0, 3)),
    CONSTRAINT folders_trashed_with_path CHECK (trashed_with = ANY (path))
);
-- Two folders that differ by case alone, or by how an accent is written, could not be told apart. At the top, people see each their own; of those of
-- the workspace nobody sees all.
CREATE UNIQUE INDEX folders_name_unique_in_parent ON folders (workspace_id, parent_id, lower(normalize(name)))
    WHERE parent_id IS NOT NULL AND trashed_at IS NULL;
CREATE UNIQUE INDEX folders_name_unique_at_top ON folders (workspace_id, owner_member_id, lower(normalize(name)))
    WHERE parent_id IS NULL AND owner_member_id IS NOT NULL AND trashed_at IS NULL;
CREATE INDEX folders_by_parent ON folders (workspace_id, parent_id, folded, id);
CREATE INDEX folders_by_change ON folders (workspace_id, parent_id, updated_at, id);
CREATE INDEX folders_at_top ON folders (workspace_id, folded, id) WHERE parent_id IS NULL AND trashed_at IS NULL;
CREATE INDEX folders_by_owner ON folders (workspace_id, owner_member_id);
CREATE INDEX folders_by_path ON folders USING gin (path);
CREATE INDEX folders_by_content ON folders USING gin (letter_pairs(folded));
CREATE INDEX folders_by_trash ON folders (workspace_id, trashed_with) WHERE trashed_with IS NOT NULL;
CREATE INDEX folders_in_trash ON folders (workspace_id, trashed_at, id) WHERE trashed_with = id;
CREATE INDEX folders_by_age_in_trash ON folders (trashed_at, id) INCLUDE (workspace_id) WHERE trashed_with = id;
CREATE INDEX folders_unlisted ON folders (workspace_id, id) WHERE visibility = 'unlisted';

-- Somebody or something has a role in a folder, and so in all that is in it.
CREATE TABLE shares (
    workspace_id         UUID NOT NULL CONSTRAINT shares_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                   UUID NOT NULL,
    folder_id            UUID NOT NULL,
    member_id            UUID,
    group_id             UUID,
    key_id               TEXT COLLATE "C",
    invitation_id        UUID,                                        -- theirs who accepts it, from then on
    role                 TEXT NOT NULL CONSTRAINT shares_role_known CHECK (role IN ('user', 'editor')),
    expires_at           TIMESTAMPTZ,
    created_at           TIMESTAMPTZ NOT NULL,
    created_by_member_id UUID,
    created_by_key_id    TEXT COLLATE "C",
    CONSTRAINT shares_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT shares_folder_fk FOREIGN KEY (workspace_id, folder_id) REFERENCES folders (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT shares_member_fk FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT shares_group_fk FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT shares_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT shares_invitation_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES invitations (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT shares_created_by_member_fk FOREIGN KEY (workspace_id, created_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT shares_created_by_key_fk FOREIGN KEY (workspace_id, created_by_key_id) REFERENCES keys (workspace_id, id)
        ON DELETE SET NULL (created_by_key_id),
    CONSTRAINT shares_one_subject CHECK (num_nonnulls(member_id, group_id, key_id, invitation_id) = 1),
    CONSTRAINT shares_one_maker CHECK (num_nonnulls(created_by_member_id, created_by_key_id) <= 1)
);
CREATE UNIQUE INDEX shares_subject_unique ON shares (workspace_id, folder_id, member_id, group_id, key_id, invitation_id) NULLS NOT DISTINCT;
CREATE INDEX shares_by_member ON shares (workspace_id, member_id);
CREATE INDEX shares_by_group ON shares (workspace_id, group_id);
CREATE INDEX shares_by_key_id ON shares (workspace_id, key_id);
CREATE INDEX shares_by_invitation ON shares (workspace_id, invitation_id);
CREATE INDEX shares_by_maker ON shares (workspace_id, created_by_member_id);
CREATE INDEX shares_by_maker_key_id ON shares (workspace_id, created_by_key_id);
