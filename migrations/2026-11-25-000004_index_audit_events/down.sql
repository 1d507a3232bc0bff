DROP INDEX audit_events_refused;
DROP INDEX audit_events_by_action;
DROP INDEX audit_events_by_subject;
DROP INDEX audit_events_by_actor;
