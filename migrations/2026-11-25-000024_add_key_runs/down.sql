DROP TABLE key_run_chunks, key_runs;
DELETE FROM key_changes WHERE had IS NOT NULL;
ALTER TABLE key_changes
    DROP CONSTRAINT key_changes_had_of_settings,
    DROP COLUMN run_id,
    DROP COLUMN had,
    DROP CONSTRAINT key_changes_bulk_action_known,
    ADD CONSTRAINT key_changes_bulk_action_known CHECK (bulk_action IN ('activate', 'deactivate', 'revoke', 'restore'));
