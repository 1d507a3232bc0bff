-- By which what is too old is found.
CREATE INDEX account_events_by_age ON account_events (at);
