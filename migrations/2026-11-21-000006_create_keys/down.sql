DROP TABLE key_last_uses;
DROP TABLE key_calls;
DROP TABLE key_secrets;
DROP TABLE keys;
