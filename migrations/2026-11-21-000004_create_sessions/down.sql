DROP TABLE session_visits;
DROP TABLE sessions;
