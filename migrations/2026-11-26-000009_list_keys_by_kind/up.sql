-- The API lists the keys of one kind, whatever their state, by age.
CREATE INDEX keys_by_kind_and_age ON keys (workspace_id, kind, created_at, id);
