-- Which key made a key; null where a person or the command line did.
ALTER TABLE keys
    ADD COLUMN created_by_key_id TEXT COLLATE "C",
    ADD CONSTRAINT keys_created_by_key_fk FOREIGN KEY (workspace_id, created_by_key_id)
        REFERENCES keys (workspace_id, id) ON DELETE SET NULL (created_by_key_id),
    ADD CONSTRAINT keys_created_by_one CHECK (num_nonnulls(created_by_member_id, created_by_key_id) <= 1);
CREATE INDEX keys_by_making_keys ON keys (workspace_id, created_by_key_id);

-- What is done about a key that was revoked as compromised. A row comes with the revocation, or, of a key that ended with
-- the one that had made it, with the first thing that is done.
CREATE TABLE key_incidents (
    workspace_id        UUID NOT NULL CONSTRAINT key_incidents_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id              TEXT COLLATE "C" NOT NULL,
    opened_at           TIMESTAMPTZ NOT NULL,
    opened_by_member_id UUID,                                         -- null: the command line
    replacement_key_id  TEXT COLLATE "C" CONSTRAINT key_incidents_replaced_by_another CHECK (replacement_key_id <> key_id),
    cause               TEXT NOT NULL DEFAULT '' CONSTRAINT key_incidents_cause_length CHECK (char_length(cause) <= 4000),
    effect              TEXT NOT NULL DEFAULT '' CONSTRAINT key_incidents_effect_length CHECK (char_length(effect) <= 4000),
    told                TEXT NOT NULL DEFAULT '' CONSTRAINT key_incidents_told_length CHECK (char_length(told) <= 4000),
    closed_at           TIMESTAMPTZ,
    closed_by_member_id UUID,
    record              JSONB,                                        -- all of it, as it was when it was closed
    CONSTRAINT key_incidents_pk PRIMARY KEY (workspace_id, key_id),
    CONSTRAINT key_incidents_key_fk FOREIGN KEY (workspace_id, key_id) REFERENCES keys (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT key_incidents_replacement_fk FOREIGN KEY (workspace_id, replacement_key_id)
        REFERENCES keys (workspace_id, id) ON DELETE SET NULL (replacement_key_id),
    CONSTRAINT key_incidents_opened_by_fk FOREIGN KEY (workspace_id, opened_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT key_incidents_closed_by_fk FOREIGN KEY (workspace_id, closed_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT key_incidents_closed_whole CHECK (num_nonnulls(closed_at, closed_by_member_id, record) IN (0, 3))
);
CREATE INDEX key_incidents_open ON key_incidents (workspace_id, opened_at DESC, key_id) WHERE closed_at IS NULL;
CREATE INDEX key_incidents_by_replacement ON key_incidents (workspace_id, replacement_key_id);
CREATE INDEX key_incidents_by_opener ON key_incidents (workspace_id, opened_by_member_id);
CREATE INDEX key_incidents_by_closer ON key_incidents (workspace_id, closed_by_member_id);

-- The steps that are done, and the places that have the new key: a row each, so that two people at once tick beside each
-- other.
CREATE TABLE key_incident_ticks (
    workspace_id      UUID NOT NULL CONSTRAINT key_incident_ticks_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    key_id            TEXT COLLATE "C" NOT NULL,
    step              TEXT NOT NULL CONSTRAINT key_incident_ticks_step_known CHECK (step IN ('replace', 'update', 'review', 'contact')),
    place             TEXT NOT NULL CONSTRAINT key_incident_ticks_place_length CHECK (char_length(place) <= 400), -- empty: the step itself
    done_at           TIMESTAMPTZ NOT NULL,
    done_by_member_id UUID NOT NULL,
    CONSTRAINT key_incident_ticks_pk PRIMARY KEY (workspace_id, key_id, step, place),
    CONSTRAINT key_incident_ticks_incident_fk FOREIGN KEY (workspace_id, key_id)
        REFERENCES key_incidents (workspace_id, key_id) ON DELETE CASCADE,
    CONSTRAINT key_incident_ticks_done_by_fk FOREIGN KEY (workspace_id, done_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT key_incident_ticks_places_are_updated CHECK (place = '' OR step = 'update')
);
CREATE INDEX key_incident_ticks_by_member ON key_incident_ticks (workspace_id, done_by_member_id);
