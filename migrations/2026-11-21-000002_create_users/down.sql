DROP TABLE account_events;
DROP TABLE sign_in_counters;
DROP TABLE users;
