-- Each filter of the audit log follows an index, newest first, however rare what it asks for. Where two filters meet,
-- the action at the end of the first two is compared in the index, without a look at the row.
-- A page that was refused is a subject whose id may be longer than an index takes; nobody asks for one.
--
-- The previous version answers meanwhile, so the months that nobody writes to any more come first; writers wait for
-- this month alone. What exists in every partition is taken over below, and is not built again.
DO $$
DECLARE
    part RECORD;
BEGIN
    FOR part IN
        SELECT relname AS name, relname !~ '^audit_events_\d' OR relname >= to_char(now(), '"audit_events_"YYYY_MM') AS is_written
        FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'audit_events'::regclass
        ORDER BY is_written, name
    LOOP
        IF part.is_written THEN
            -- The table before its partitions, as whoever writes to it locks them.
            LOCK TABLE ONLY audit_events IN SHARE MODE;
        END IF;
        EXECUTE format('CREATE INDEX %I ON %I (workspace_id, actor_kind, actor_id, at, id, action)',
            part.name || '_by_actor', part.name);
        EXECUTE format('CREATE INDEX %I ON %I (workspace_id, subject_kind, subject_id, at, id, action) WHERE subject_kind <> ''page''',
            part.name || '_by_subject', part.name);
        EXECUTE format('CREATE INDEX %I ON %I (workspace_id, action, at, id)', part.name || '_by_action', part.name);
        EXECUTE format('CREATE INDEX %I ON %I (workspace_id, at, id) WHERE refused', part.name || '_refused', part.name);
    END LOOP;
END $$;
CREATE INDEX audit_events_by_actor ON audit_events (workspace_id, actor_kind, actor_id, at, id, action);
CREATE INDEX audit_events_by_subject ON audit_events (workspace_id, subject_kind, subject_id, at, id, action)
    WHERE subject_kind <> 'page';
CREATE INDEX audit_events_by_action ON audit_events (workspace_id, action, at, id);
CREATE INDEX audit_events_refused ON audit_events (workspace_id, at, id) WHERE refused;
