-- Personal keys: keys that are a member's, and never do more than that member.

-- In the order in which the calls of a server that still runs take them.
LOCK TABLE keys, workspaces IN ACCESS EXCLUSIVE MODE;

-- May members who are neither owner nor admin make them?
ALTER TABLE workspaces ADD COLUMN personal_keys BOOLEAN NOT NULL DEFAULT true;

-- Since when the owner of a key is suspended or removed, as lists and counts need it beside the key. Triggers keep it:
-- see suspend_key and suspend_keys.
ALTER TABLE keys
    ADD COLUMN suspended_at TIMESTAMPTZ,
    ADD CONSTRAINT keys_suspended_with_owner CHECK (owner_member_id IS NOT NULL OR suspended_at IS NULL);
CREATE INDEX keys_suspended ON keys (workspace_id, created_at, id) WHERE suspended_at IS NOT NULL;

ALTER TABLE key_counts
    DROP CONSTRAINT key_counts_state_known,
    ADD CONSTRAINT key_counts_state_known CHECK (state IN ('active', 'deactivated', 'suspended', 'revoked'));

-- As before, and with the suspended keys for themselves, whatever day they end on.
CREATE OR REPLACE FUNCTION count_keys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('
        WITH moved AS (
            SELECT workspace_id, state, ends_on, sum(n) AS keys
            FROM (%s) moved, LATERAL (SELECT
                CASE WHEN is_revoked THEN ''revoked'' WHEN suspended_at IS NOT NULL THEN ''suspended''
                     WHEN deactivated_at IS NULL THEN ''active'' ELSE ''deactivated'' END AS state,
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

-- A key that gets an owner is as its owner is, who is held: nobody is suspended or removed beside it unseen.
CREATE FUNCTION suspend_key() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.suspended_at := NULL;
    IF NEW.owner_member_id IS NOT NULL THEN
        SELECT least(suspended_at, removed_at) INTO NEW.suspended_at FROM members
        WHERE workspace_id = NEW.workspace_id AND id = NEW.owner_member_id
        FOR SHARE;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keys_suspended_with_owner BEFORE INSERT OR UPDATE OF owner_member_id ON keys
    FOR EACH ROW EXECUTE FUNCTION suspend_key();

-- The keys of a member whose standing has changed, in the same transaction; held in the order of their ids, as everybody
-- locks them.
CREATE FUNCTION suspend_keys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM keys WHERE workspace_id = NEW.workspace_id AND owner_member_id = NEW.id
    ORDER BY id FOR NO KEY UPDATE;
    UPDATE keys SET suspended_at = least(NEW.suspended_at, NEW.removed_at)
    WHERE workspace_id = NEW.workspace_id AND owner_member_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER members_suspend_keys AFTER UPDATE ON members FOR EACH ROW
    WHEN (least(OLD.suspended_at, OLD.removed_at) IS DISTINCT FROM least(NEW.suspended_at, NEW.removed_at))
    EXECUTE FUNCTION suspend_keys();

UPDATE keys SET suspended_at = least(members.suspended_at, members.removed_at) FROM members
WHERE members.workspace_id = keys.workspace_id AND members.id = owner_member_id
  AND least(members.suspended_at, members.removed_at) IS NOT NULL;
