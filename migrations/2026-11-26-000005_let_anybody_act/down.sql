UPDATE audit_events SET actor_kind = 'system' WHERE actor_kind = 'anonymous';

ALTER TABLE audit_events
    DROP CONSTRAINT audit_events_actor_known,
    ADD CONSTRAINT audit_events_actor_known
        CHECK (actor_kind IN ('member', 'key', 'command_line', 'system')),
    DROP CONSTRAINT audit_events_actor_id_given,
    ADD CONSTRAINT audit_events_actor_id_given
        CHECK ((actor_id IS NULL) = (actor_kind IN ('command_line', 'system')));
