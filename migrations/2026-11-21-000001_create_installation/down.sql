DROP TABLE key_file_checks;
DROP TABLE installation;
