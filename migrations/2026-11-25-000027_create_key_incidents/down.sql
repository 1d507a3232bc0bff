DROP TABLE key_incident_ticks;
DROP TABLE key_incidents;
ALTER TABLE keys
    DROP CONSTRAINT keys_created_by_one,
    DROP COLUMN created_by_key_id;
