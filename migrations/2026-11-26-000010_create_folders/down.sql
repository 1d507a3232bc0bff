DROP TABLE shares;
DROP TABLE folders;
