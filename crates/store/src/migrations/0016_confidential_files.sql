-- alone
-- Files that not everybody gets who reads the case. A program that knows only the schema before
-- would hand them to all who do, so it must have ended: alone, although it only adds columns.

ALTER TABLE files ADD COLUMN is_confidential boolean NOT NULL DEFAULT false;
ALTER TABLE internal_files ADD COLUMN is_confidential boolean NOT NULL DEFAULT false;
