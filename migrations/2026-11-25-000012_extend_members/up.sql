-- Name and address, to find and to sort people by. Stored: folding a hundred thousand names for a page takes seconds.
ALTER TABLE users
    ADD COLUMN folded TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (folded(name || ' ' || email)) STORED;
CREATE INDEX users_by_folded ON users (folded, id);

-- A member without access, until somebody reinstates them.
ALTER TABLE members ADD COLUMN suspended_at TIMESTAMPTZ;
CREATE INDEX members_owners ON members (workspace_id) WHERE role = 'owner' AND removed_at IS NULL;

-- When a member was last here, of this workspace alone. Beside the member, so that no change of them overwrites it.
CREATE TABLE member_visits (
    workspace_id UUID NOT NULL CONSTRAINT member_visits_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    member_id    UUID NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT member_visits_pk PRIMARY KEY (workspace_id, member_id),
    CONSTRAINT member_visits_member_fk FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id) ON DELETE CASCADE
);
