DROP TRIGGER members_suspend_keys ON members;
DROP FUNCTION suspend_keys();
DROP TRIGGER keys_suspended_with_owner ON keys;
DROP FUNCTION suspend_key();
UPDATE keys SET suspended_at = NULL WHERE suspended_at IS NOT NULL;
CREATE OR REPLACE FUNCTION count_keys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('
        WITH moved AS (
            SELECT workspace_id, state, ends_on, sum(n) AS keys
            FROM (%s) moved, LATERAL (SELECT
                CASE WHEN is_revoked THEN ''revoked'' WHEN deactivated_at IS NULL THEN ''active'' ELSE ''deactivated'' END AS state,
                (ends_at AT TIME ZONE ''UTC'')::DATE AS ends_on) slot
            WHERE EXISTS (SELECT FROM workspaces WHERE id = workspace_id)
            GROUP BY workspace_id, state, ends_on
            HAVING sum(n) <> 0
        ), free AS (
            SELECT key_counts.* FROM key_counts JOIN moved USING (workspace_id, state, ends_on)
            FOR UPDATE OF key_counts SKIP LOCKED
        ), taken AS (
            DELETE FROM key_counts USING free
            WHERE (key_counts.workspace_id, key_counts.state, key_counts.ends_on, key_counts.part)
                = (free.workspace_id, free.state, free.ends_on, free.part)
            RETURNING key_counts.workspace_id, key_counts.state, key_counts.ends_on, key_counts.keys
        )
        INSERT INTO key_counts (workspace_id, state, ends_on, keys)
        SELECT workspace_id, state, ends_on, sum(keys) FROM (TABLE moved UNION ALL TABLE taken) sums
        GROUP BY workspace_id, state, ends_on
        HAVING sum(keys) <> 0',
        CASE TG_OP
            WHEN 'INSERT' THEN 'SELECT *, 1 AS n FROM came'
            WHEN 'DELETE' THEN 'SELECT *, -1 AS n FROM gone'
            ELSE 'SELECT *, 1 AS n FROM came UNION ALL SELECT *, -1 FROM gone'
        END);
    RETURN NULL;
END $$;
ALTER TABLE key_counts
    DROP CONSTRAINT key_counts_state_known,
    ADD CONSTRAINT key_counts_state_known CHECK (state IN ('active', 'deactivated', 'revoked'));
ALTER TABLE keys
    DROP CONSTRAINT keys_suspended_with_owner,
    DROP COLUMN suspended_at;
ALTER TABLE workspaces DROP COLUMN personal_keys;
