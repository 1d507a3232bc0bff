-- Where a publishable key may be used from: origins as browsers send them, or the explicit '*'. A server of the version
-- before makes secret keys only, which have none.
ALTER TABLE keys ADD COLUMN allowed_origins TEXT[] NOT NULL DEFAULT '{}';

-- Said of the rows there are, and checked of each: those of before are all secret keys of one shape.
ALTER TABLE keys
    ADD CONSTRAINT keys_allowed_origins_by_kind CHECK ((kind = 'publishable') = (allowed_origins <> '{}')),
    ADD CONSTRAINT keys_allowed_origins_number CHECK (cardinality(allowed_origins) <= 50),
    ADD CONSTRAINT keys_allowed_origins_form CHECK (
        array_position(allowed_origins, NULL) IS NULL
        AND array_to_string(allowed_origins, ' ') ~ '^(|\*|https?://[^\s/?#@*A-Z]+( https?://[^\s/?#@*A-Z]+)*)$'),
    ADD CONSTRAINT keys_publishable_permissions CHECK (kind <> 'publishable' OR permissions <@ ARRAY[
        'OBJECTS_LIST', 'OBJECTS_FETCH', 'COLLECTIONS_LIST', 'LABELS_LIST']::TEXT[]),
    ADD CONSTRAINT keys_publishable_of_workspace CHECK (kind <> 'publishable' OR owner_member_id IS NULL);

-- The value of a publishable key, which is no secret. That of a secret key begins otherwise and fits no row.
ALTER TABLE key_secrets
    ADD COLUMN shown TEXT,
    ADD CONSTRAINT key_secrets_shown_is_publishable CHECK (shown ~ ('^pk_' || key_id || '[0-9A-Za-z]{30}$'));
