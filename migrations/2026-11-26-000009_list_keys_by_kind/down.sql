DROP INDEX keys_by_kind_and_age;
