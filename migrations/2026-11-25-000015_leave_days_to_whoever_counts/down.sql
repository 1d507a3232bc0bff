CREATE OR REPLACE FUNCTION add_to_days() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO key_days
        SELECT workspace_id, key_id, (hour AT TIME ZONE 'UTC')::DATE AS day, sum(calls) FROM came
        WHERE outcome = 'served'
        GROUP BY workspace_id, key_id, day
        ORDER BY workspace_id, key_id, day
        ON CONFLICT ON CONSTRAINT key_days_pk DO UPDATE SET calls = key_days.calls + EXCLUDED.calls;
    ELSE
        INSERT INTO key_days
        SELECT workspace_id, key_id, (hour AT TIME ZONE 'UTC')::DATE AS day, sum(came.calls - gone.calls) FROM came
        JOIN gone USING (workspace_id, key_id, hour, secret_version, outcome)
        WHERE outcome = 'served' AND came.calls > gone.calls
        GROUP BY workspace_id, key_id, day
        ORDER BY workspace_id, key_id, day
        ON CONFLICT ON CONSTRAINT key_days_pk DO UPDATE SET calls = key_days.calls + EXCLUDED.calls;
    END IF;
    RETURN NULL;
END $$;
