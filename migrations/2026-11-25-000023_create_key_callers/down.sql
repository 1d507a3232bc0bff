DROP TABLE key_caller_days;
DROP TABLE key_callers;
