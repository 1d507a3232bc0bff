-- What every member may ask the API for.
ALTER TABLE workspaces
    ADD COLUMN default_member_permissions TEXT[] NOT NULL
        DEFAULT '{OBJECTS_LIST,OBJECTS_FETCH,FILE_UPLOAD,COLLECTIONS_LIST,LABELS_LIST}'
        CONSTRAINT workspaces_default_member_permissions_known CHECK (default_member_permissions <@ ARRAY[
        'OBJECTS_LIST', 'OBJECTS_FETCH',
        'FILE_UPLOAD', 'FILE_META_CREATE', 'FILE_META_CHANGE', 'FILE_RENAME', 'FILE_MOVE', 'FILE_DELETE', 'FILE_SET_VISIBILITY',
        'FILE_LABEL_CHANGE', 'FILE_IMAGE_EDITOR', 'FILE_PRODUCT_CHANGE', 'FILE_PROCESS_AUTOTAGGING',
        'DIR_CREATE', 'DIR_RENAME', 'DIR_META_CHANGE', 'DIR_MOVE', 'DIR_DELETE', 'DIR_SET_VISIBILITY',
        'COLLECTIONS_LIST', 'COLLECTIONS_MANAGE', 'LABELS_LIST', 'LABEL_MANAGE',
        'OBJECTS_SHARE_MANAGE', 'OBJECTS_AIRBOX_MANAGE', 'OBJECTS_APPROVAL_MANAGE', 'OBJECTS_APPROVAL_VOTE',
        'CONFIG_LIST', 'CONFIG_CHANGE', 'ACCESS_READ', 'ACCESS_MANAGE']::TEXT[]);

CREATE TABLE groups (
    workspace_id UUID NOT NULL CONSTRAINT groups_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id           UUID NOT NULL,
    name         TEXT NOT NULL CONSTRAINT groups_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
    folded       TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (folded(name)) STORED,
    description  TEXT NOT NULL CONSTRAINT groups_description_length CHECK (char_length(description) <= 200),
    permissions  TEXT[] NOT NULL CONSTRAINT groups_permissions_known CHECK (permissions <@ ARRAY[
        'OBJECTS_LIST', 'OBJECTS_FETCH',
        'FILE_UPLOAD', 'FILE_META_CREATE', 'FILE_META_CHANGE', 'FILE_RENAME', 'FILE_MOVE', 'FILE_DELETE', 'FILE_SET_VISIBILITY',
        'FILE_LABEL_CHANGE', 'FILE_IMAGE_EDITOR', 'FILE_PRODUCT_CHANGE', 'FILE_PROCESS_AUTOTAGGING',
        'DIR_CREATE', 'DIR_RENAME', 'DIR_META_CHANGE', 'DIR_MOVE', 'DIR_DELETE', 'DIR_SET_VISIBILITY',
        'COLLECTIONS_LIST', 'COLLECTIONS_MANAGE', 'LABELS_LIST', 'LABEL_MANAGE',
        'OBJECTS_SHARE_MANAGE', 'OBJECTS_AIRBOX_MANAGE', 'OBJECTS_APPROVAL_MANAGE', 'OBJECTS_APPROVAL_VOTE',
        'CONFIG_LIST', 'CONFIG_CHANGE', 'ACCESS_READ', 'ACCESS_MANAGE']::TEXT[]),
    created_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT groups_pk PRIMARY KEY (workspace_id, id)
);
-- Two groups that differ by case alone could not be told apart in a list.
CREATE UNIQUE INDEX groups_name_unique ON groups (workspace_id, lower(name));
CREATE INDEX groups_by_folded ON groups (workspace_id, folded, id);

CREATE TABLE group_members (
    workspace_id UUID NOT NULL CONSTRAINT group_members_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    group_id     UUID NOT NULL,
    member_id    UUID NOT NULL,
    added_at     TIMESTAMPTZ NOT NULL,
    CONSTRAINT group_members_pk PRIMARY KEY (workspace_id, group_id, member_id),
    CONSTRAINT group_members_group_fk FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT group_members_member_fk FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_by_member ON group_members (workspace_id, member_id);
