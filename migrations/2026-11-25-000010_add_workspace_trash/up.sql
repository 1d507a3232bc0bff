-- Since when a workspace is in the trash; null: it lives.
ALTER TABLE workspaces
    ADD COLUMN deleted_at TIMESTAMPTZ CONSTRAINT workspaces_deleted_after_creation CHECK (deleted_at >= created_at);
