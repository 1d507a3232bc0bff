-- What lists of keys ask for. With 100,000 keys this takes some seconds, in which calls wait.

-- In the order in which a server that still runs takes them to write what it has counted.
LOCK TABLE key_calls IN SHARE ROW EXCLUSIVE MODE;
LOCK TABLE keys IN ACCESS EXCLUSIVE MODE;

-- A text as search compares it: in small letters, without accents, wide and joined letters as plain ones.
CREATE FUNCTION folded(TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
    replace(replace(replace(
        lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036F]', '', 'g')),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
    'øłđðħı', 'olddhi');

-- Every letter of a text and every two that follow each other, by which an index finds any part of it, however short.
-- Dear enough that no plan computes it for row after row, and without PARALLEL SAFE not by several processes either.
CREATE FUNCTION letter_pairs(TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT COST 10000
RETURN ARRAY(SELECT substr($1, i, 2) FROM generate_series(1, char_length($1)) i) || string_to_array($1, NULL);

-- Of those, enough to find a part: pairs side by side, and where their number is odd, the last two letters. Of a single
-- letter (two from before the first) the letter.
CREATE FUNCTION sought_pairs(TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT
RETURN ARRAY(SELECT substr($1, least(i, char_length($1) - 1), 2) FROM generate_series(1, char_length($1), 2) i);

ALTER TABLE keys
    ADD COLUMN label_folded TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (folded(label)) STORED,
    ADD COLUMN is_revoked   BOOLEAN NOT NULL GENERATED ALWAYS AS (revoked_at IS NOT NULL) STORED,
    ADD COLUMN ends_at      TIMESTAMPTZ NOT NULL GENERATED ALWAYS AS (COALESCE(expires_at, 'infinity')) STORED;

-- One for each order of the list. The state comes last, so that keys in other states are passed over inside the index.
DROP INDEX keys_by_age;
CREATE INDEX keys_by_age ON keys (workspace_id, is_revoked, created_at, id, ends_at, deactivated_at);
CREATE INDEX keys_by_label ON keys (workspace_id, is_revoked, label_folded, id, ends_at, deactivated_at);
CREATE INDEX keys_by_end ON keys (workspace_id, is_revoked, ends_at, id, deactivated_at);
-- A short list of what is pending: every search reads through it.
CREATE INDEX keys_by_content ON keys USING gin (letter_pairs(label_folded), permissions) WITH (gin_pending_list_limit = 512);

-- How many keys of a workspace are in a stored state and end on a day (UTC). The sum counts: see count_keys.
CREATE TABLE key_counts (
    workspace_id UUID NOT NULL CONSTRAINT key_counts_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    state        TEXT NOT NULL CONSTRAINT key_counts_state_known CHECK (state IN ('active', 'deactivated', 'revoked')),
    ends_on      DATE NOT NULL,                                       -- infinity: never
    part         UUID NOT NULL DEFAULT gen_random_uuid(),
    keys         BIGINT NOT NULL CONSTRAINT key_counts_keys_not_zero CHECK (keys <> 0),
    CONSTRAINT key_counts_pk PRIMARY KEY (workspace_id, state, ends_on, part)
);

-- Counts what a statement did to keys, in its transaction. A count that another transaction has changed and not yet
-- committed is left alone, and a second one written beside it, which whoever comes next adds to the first: so nobody
-- ever waits for a count, in a circle or otherwise.
CREATE FUNCTION count_keys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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

CREATE TRIGGER keys_counted_insert AFTER INSERT ON keys
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION count_keys();
CREATE TRIGGER keys_counted_update AFTER UPDATE ON keys
    REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION count_keys();
CREATE TRIGGER keys_counted_delete AFTER DELETE ON keys
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_keys();

INSERT INTO key_counts (workspace_id, state, ends_on, keys)
SELECT workspace_id,
       CASE WHEN is_revoked THEN 'revoked' WHEN deactivated_at IS NULL THEN 'active' ELSE 'deactivated' END,
       (ends_at AT TIME ZONE 'UTC')::DATE, count(*)
FROM keys GROUP BY 1, 2, 3;

-- Served calls by day (UTC): a list of fifty keys would have to read 33,600 hours to show four weeks.
CREATE TABLE key_days (
    workspace_id UUID NOT NULL CONSTRAINT key_days_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id       TEXT COLLATE "C" NOT NULL,
    day          DATE NOT NULL,
    calls        BIGINT NOT NULL CONSTRAINT key_days_calls_positive CHECK (calls > 0),
    CONSTRAINT key_days_pk PRIMARY KEY (workspace_id, key_id, day),
    CONSTRAINT key_days_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE
);

-- Adds to the days what is added to the hours. In one order for everybody, as the hours are written.
CREATE FUNCTION add_to_days() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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

CREATE TRIGGER key_calls_insert_by_day AFTER INSERT ON key_calls
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION add_to_days();
CREATE TRIGGER key_calls_update_by_day AFTER UPDATE ON key_calls
    REFERENCING OLD TABLE AS gone NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION add_to_days();

INSERT INTO key_days
SELECT workspace_id, key_id, (hour AT TIME ZONE 'UTC')::DATE, sum(calls) FROM key_calls
WHERE outcome = 'served'
GROUP BY 1, 2, 3;
