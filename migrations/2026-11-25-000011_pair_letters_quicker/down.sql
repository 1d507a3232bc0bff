ALTER FUNCTION sought_pairs(TEXT) PARALLEL UNSAFE;

CREATE OR REPLACE FUNCTION letter_pairs(TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT COST 10000
RETURN ARRAY(SELECT substr($1, i, 2) FROM generate_series(1, char_length($1)) i) || string_to_array($1, NULL);
