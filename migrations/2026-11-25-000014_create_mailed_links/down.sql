DROP TABLE email_changes;
DROP TABLE reset_links;
