DROP TABLE group_members;
DROP TABLE groups;
ALTER TABLE workspaces DROP COLUMN default_member_permissions;
