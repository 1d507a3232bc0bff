DROP INDEX keys_to_share;
DROP INDEX keys_by_word;
DROP INDEX groups_by_word;
DROP INDEX users_by_word;
DROP FUNCTION beginnings(TEXT);
DROP FUNCTION words_in(TEXT);
DROP INDEX shares_by_end;
DROP TABLE share_requests;
