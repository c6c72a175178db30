-- expand
-- Accounts are listed by name, and looked up by how it begins.
CREATE INDEX accounts_name ON accounts (lower(name), id);
