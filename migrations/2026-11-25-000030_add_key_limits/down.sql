ALTER TABLE workspaces DROP COLUMN default_rate_limit_per_minute;
ALTER TABLE keys DROP COLUMN rate_limit_per_minute, DROP COLUMN allowed_ips;
