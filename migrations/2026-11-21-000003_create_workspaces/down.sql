DROP TABLE members;
DROP TABLE workspaces;
