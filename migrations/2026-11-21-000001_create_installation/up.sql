-- Facts about this installation as a whole: they belong to no workspace.
CREATE TABLE installation (
    only_row  BOOLEAN NOT NULL CONSTRAINT installation_one_row CHECK (only_row),
    set_up_at TIMESTAMPTZ,                                            -- null while there was never an owner
    CONSTRAINT installation_pk PRIMARY KEY (only_row)
);
INSERT INTO installation (only_row) VALUES (true);

-- What each version of the pepper and of the master key must answer, so that a
-- wrong file stops the start instead of refusing every key and session.
CREATE TABLE key_file_checks (
    purpose TEXT NOT NULL CONSTRAINT key_file_checks_purpose_known CHECK (purpose IN ('pepper', 'master')),
    version INTEGER NOT NULL CONSTRAINT key_file_checks_version_positive CHECK (version > 0),
    answer  BYTEA NOT NULL CONSTRAINT key_file_checks_answer_length CHECK (octet_length(answer) = 32),
    CONSTRAINT key_file_checks_pk PRIMARY KEY (purpose, version)
);
