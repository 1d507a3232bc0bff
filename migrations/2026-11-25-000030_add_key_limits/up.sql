-- From where a key may be used, as ranges; without one, from anywhere. How often: null is the default of its workspace.
ALTER TABLE keys
    ADD COLUMN allowed_ips TEXT[] NOT NULL DEFAULT '{}'
        CONSTRAINT keys_allowed_ips_form CHECK (array_to_string(allowed_ips, ' ', '?') ~ '^([0-9a-f.:]+/[0-9]{1,3}( |$))*$')
        CONSTRAINT keys_allowed_ips_number CHECK (cardinality(allowed_ips) <= 100),
    ADD COLUMN rate_limit_per_minute INTEGER
        CONSTRAINT keys_rate_limit_range CHECK (rate_limit_per_minute BETWEEN 1 AND 1000000);
ALTER TABLE workspaces
    ADD COLUMN default_rate_limit_per_minute INTEGER NOT NULL DEFAULT 500
        CONSTRAINT workspaces_default_rate_limit_range CHECK (default_rate_limit_per_minute BETWEEN 1 AND 1000000);
