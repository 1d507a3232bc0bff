DROP TABLE invitation_groups;
DROP TABLE invitations;
