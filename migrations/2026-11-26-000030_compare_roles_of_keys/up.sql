-- Of some keys of the workspace, those that have a role in a folder which the key that asks does not have as great and as
-- long: itself, or, of a personal key, its owner. What is in the trash counts, since it may come back.
CREATE FUNCTION keys_with_roles_beyond(workspace UUID, asks TEXT, owner UUID, about TEXT[], now TIMESTAMPTZ)
RETURNS SETOF TEXT LANGUAGE sql STABLE AS $$
    SELECT DISTINCT theirs.key_id
    FROM shares theirs JOIN folders folder ON folder.workspace_id = theirs.workspace_id AND folder.id = theirs.folder_id
    WHERE theirs.workspace_id = $1 AND theirs.key_id = ANY($4) AND theirs.key_id <> $2
      AND (theirs.expires_at IS NULL OR theirs.expires_at > $5)
      AND NOT EXISTS (
          SELECT FROM shares own
          WHERE own.workspace_id = $1 AND own.folder_id = ANY(folder.path)
            AND CASE WHEN $3 IS NULL THEN own.key_id = $2
                     ELSE own.member_id = $3 OR own.group_id IN (
                         SELECT group_id FROM group_members WHERE workspace_id = $1 AND member_id = $3) END
            AND (own.role = 'editor' OR own.role = theirs.role)
            AND (own.expires_at IS NULL OR own.expires_at >= theirs.expires_at))
      AND NOT EXISTS (
          SELECT FROM folders above
          WHERE above.workspace_id = $1 AND above.id = ANY(folder.path) AND above.owner_member_id = $3)
$$;
