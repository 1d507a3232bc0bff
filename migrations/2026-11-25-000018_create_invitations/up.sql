-- Somebody is asked, by a link to their address, to become a member. Of the link only a digest is kept: that of the last
-- one sent. A row that nobody accepted or cancelled and whose time is over is used again when the address is.
CREATE TABLE invitations (
    workspace_id         UUID NOT NULL CONSTRAINT invitations_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    id                   UUID NOT NULL,
    email                TEXT NOT NULL CONSTRAINT invitations_email_form CHECK (char_length(email) BETWEEN 3 AND 254 AND position('@' IN email) > 1),
    role                 TEXT NOT NULL CONSTRAINT invitations_role_known CHECK (role IN ('owner', 'admin', 'member')),
    token_digest         BYTEA NOT NULL CONSTRAINT invitations_token_digest_length CHECK (octet_length(token_digest) = 32),
    was_shown            BOOLEAN NOT NULL,                            -- the link, to whoever invited: there was no mail
    invited_by_member_id UUID NOT NULL,
    created_at           TIMESTAMPTZ NOT NULL,
    sent_at              TIMESTAMPTZ NOT NULL,
    expires_at           TIMESTAMPTZ NOT NULL CONSTRAINT invitations_expire_after_sending CHECK (expires_at > sent_at),
    cancelled_at         TIMESTAMPTZ,
    accepted_at          TIMESTAMPTZ,
    accepted_member_id   UUID,
    CONSTRAINT invitations_pk PRIMARY KEY (workspace_id, id),
    CONSTRAINT invitations_token_digest_unique UNIQUE (token_digest),
    CONSTRAINT invitations_invited_by_fk FOREIGN KEY (workspace_id, invited_by_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT invitations_accepted_fk FOREIGN KEY (workspace_id, accepted_member_id) REFERENCES members (workspace_id, id),
    CONSTRAINT invitations_one_end CHECK (num_nonnulls(cancelled_at, accepted_at) <= 1),
    CONSTRAINT invitations_accepted_by_somebody CHECK ((accepted_at IS NULL) = (accepted_member_id IS NULL))
);
CREATE UNIQUE INDEX invitations_waiting_unique ON invitations (workspace_id, lower(email)) WHERE cancelled_at IS NULL AND accepted_at IS NULL;
CREATE INDEX invitations_by_creation ON invitations (workspace_id, created_at DESC, id DESC);
CREATE INDEX invitations_by_inviter ON invitations (workspace_id, invited_by_member_id);
CREATE INDEX invitations_by_acceptance ON invitations (workspace_id, accepted_member_id);

-- The groups that whoever accepts comes into. The name stays when the group is gone, so that it can be said.
CREATE TABLE invitation_groups (
    workspace_id  UUID NOT NULL CONSTRAINT invitation_groups_workspace_fk REFERENCES workspaces ON DELETE CASCADE,
    invitation_id UUID NOT NULL,
    name          TEXT NOT NULL CONSTRAINT invitation_groups_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
    group_id      UUID,
    CONSTRAINT invitation_groups_pk PRIMARY KEY (workspace_id, invitation_id, name),
    CONSTRAINT invitation_groups_invitation_fk FOREIGN KEY (workspace_id, invitation_id) REFERENCES invitations (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT invitation_groups_group_fk FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id) ON DELETE SET NULL (group_id)
);
CREATE INDEX invitation_groups_by_group ON invitation_groups (workspace_id, group_id);
