-- What is in folders. A file has the contents of one object, and another one with each new version.
CREATE TABLE files (
    workspace_id         UUID NOT NULL CONSTRAINT files_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                   UUID NOT NULL,
    folder_id            UUID NOT NULL,
    object_id            UUID NOT NULL,
    name                 TEXT NOT NULL CONSTRAINT files_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
    folded               TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (folded(name)) STORED,
    size                 BIGINT NOT NULL CONSTRAINT files_size_not_negative CHECK (size >= 0),
    media_type           TEXT NOT NULL CONSTRAINT files_media_type_form CHECK (media_type ~ '^[a-z0-9.+-]{1,80}/[a-z0-9.+-]{1,80}$'),
    sha256               BYTEA NOT NULL CONSTRAINT files_sha256_length CHECK (octet_length(sha256) = 32),
    version              INTEGER NOT NULL CONSTRAINT files_version_positive CHECK (version > 0),
    product              JSONB NOT NULL CONSTRAINT files_product_object CHECK (jsonb_typeof(product) = 'object'),
    metadata             JSONB NOT NULL CONSTRAINT files_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    visibility           TEXT NOT NULL CONSTRAINT files_visibility_known CHECK (visibility IN ('listed', 'unlisted')),
    created_by_member_id UUID,
    created_by_key_id    TEXT COLLATE "C",
    created_at           TIMESTAMPTZ NOT NULL,
    updated_at           TIMESTAMPTZ NOT NULL,
    trashed_at           TIMESTAMPTZ,
    trashed_by           TEXT CONSTRAINT files_trashed_by_length CHECK (char_length(trashed_by) BETWEEN 1 AND 200),
    CONSTRAINT files_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT files_folder_fk FOREIGN KEY (workspace_id, folder_id) REFERENCES folders (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT files_object_fk FOREIGN KEY (workspace_id, object_id) REFERENCES objects (workspace_id, id),
    CONSTRAINT files_object_unique UNIQUE (workspace_id, object_id),
    CONSTRAINT files_created_by_member_fk FOREIGN KEY (workspace_id, created_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT files_created_by_key_fk FOREIGN KEY (workspace_id, created_by_key_id) REFERENCES keys (workspace_id, id)
        ON DELETE SET NULL (created_by_key_id),
    CONSTRAINT files_one_maker CHECK (num_nonnulls(created_by_member_id, created_by_key_id) <= 1),
    CONSTRAINT files_trashed_whole CHECK ((trashed_at IS NULL) = (trashed_by IS NULL))
);
CREATE UNIQUE INDEX files_name_unique_in_folder ON files (workspace_id, folder_id, lower(normalize(name))) WHERE trashed_at IS NULL;
CREATE INDEX files_by_name ON files (workspace_id, folder_id, folded, id);
CREATE INDEX files_by_change ON files (workspace_id, folder_id, updated_at, id);
CREATE INDEX files_by_size ON files (workspace_id, folder_id, size, id);
CREATE INDEX files_by_content ON files USING gin (letter_pairs(folded));
CREATE INDEX files_in_trash ON files (workspace_id, trashed_at, id) WHERE trashed_at IS NOT NULL;
CREATE INDEX files_by_age_in_trash ON files (trashed_at, id) INCLUDE (workspace_id) WHERE trashed_at IS NOT NULL;
CREATE INDEX files_by_member ON files (workspace_id, created_by_member_id);
CREATE INDEX files_by_keys ON files (workspace_id, created_by_key_id);

-- A file keeps its object from the moment in which it refers to it, and lets it go with the row: whoever changes files, and
-- whatever deletes them, cannot forget it. What is no longer whole, or has begun to end, cannot be kept any more. And a file
-- says of its contents what was seen as they came.
CREATE FUNCTION keep_object() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE objects SET state = 'kept', progressed_at = now()
    WHERE workspace_id = NEW.workspace_id AND id = NEW.object_id AND state = 'whole' AND size = NEW.size AND sha256 = NEW.sha256;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the object is not whole, or not the one that is described' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'files_object_fk';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_other_contents() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an object never changes' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'files_object_fk';
END $$;

-- The workspace has its room back at once, not when the object is collected. For all rows of a statement together, so that
-- a large folder does not change the row of its workspace as often as it has files.
CREATE FUNCTION let_objects_go() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE object_space SET used = used - freed.size
    FROM (SELECT gone.workspace_id, sum(objects.size)::BIGINT AS size
          FROM gone JOIN objects ON objects.workspace_id = gone.workspace_id AND objects.id = gone.object_id
          GROUP BY gone.workspace_id) freed
    WHERE object_space.workspace_id = freed.workspace_id;
    UPDATE objects SET state = 'whole', size = 0, progressed_at = now()
    FROM gone WHERE objects.workspace_id = gone.workspace_id AND objects.id = gone.object_id;
    RETURN NULL;
END $$;

CREATE FUNCTION let_other_object_go() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE object_space SET used = used - objects.size FROM objects
    WHERE object_space.workspace_id = OLD.workspace_id AND objects.workspace_id = OLD.workspace_id AND objects.id = OLD.object_id;
    UPDATE objects SET state = 'whole', size = 0, progressed_at = now()
    WHERE workspace_id = OLD.workspace_id AND id = OLD.object_id;
    RETURN NULL;
END $$;

CREATE TRIGGER files_keep AFTER INSERT ON files FOR EACH ROW EXECUTE FUNCTION keep_object();
CREATE TRIGGER files_keep_other AFTER UPDATE OF object_id ON files FOR EACH ROW
    WHEN (OLD.object_id <> NEW.object_id) EXECUTE FUNCTION keep_object();
CREATE TRIGGER files_keep_same AFTER UPDATE OF size, sha256 ON files FOR EACH ROW
    WHEN (OLD.object_id = NEW.object_id AND (OLD.size <> NEW.size OR OLD.sha256 <> NEW.sha256)) EXECUTE FUNCTION refuse_other_contents();
CREATE TRIGGER files_let_go AFTER DELETE ON files REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION let_objects_go();
CREATE TRIGGER files_let_other_go AFTER UPDATE OF object_id ON files FOR EACH ROW
    WHEN (OLD.object_id <> NEW.object_id) EXECUTE FUNCTION let_other_object_go();

-- Words that are put on files. Of two that differ by case alone nobody would know which one is meant.
CREATE TABLE labels (
    workspace_id UUID NOT NULL CONSTRAINT labels_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id           UUID NOT NULL,
    name         TEXT NOT NULL CONSTRAINT labels_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
    folded       TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (folded(name)) STORED,
    created_at   TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT labels_pk PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX labels_name_unique ON labels (workspace_id, lower(name));
CREATE INDEX labels_by_name ON labels (workspace_id, folded, id);

CREATE TABLE file_labels (
    workspace_id UUID NOT NULL CONSTRAINT file_labels_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    file_id      UUID NOT NULL,
    label_id     UUID NOT NULL,
    CONSTRAINT file_labels_pk PRIMARY KEY (workspace_id, file_id, label_id),
    CONSTRAINT file_labels_file_fk FOREIGN KEY (workspace_id, file_id) REFERENCES files (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT file_labels_label_fk FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX file_labels_by_label ON file_labels (workspace_id, label_id);
