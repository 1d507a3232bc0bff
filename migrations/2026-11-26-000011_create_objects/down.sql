DROP TABLE objects;
DROP TABLE object_space;
ALTER TABLE installation DROP COLUMN id;
