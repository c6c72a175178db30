-- alone
-- What several nodes on one database need.

--@ postgres
-- A counter's row would be held by one creator until its commit.
CREATE SEQUENCE case_numbers START WITH 100001;
-- Marks and words stand in one index, so that a customer's search never reads another's words.
ALTER TABLE search_words DROP COLUMN marks;
--@ both

-- How often a subject failed within a second, counted by whichever nodes it came to.
DROP TABLE sign_in_failures;
CREATE TABLE sign_in_failures (
    subject text NOT NULL,
    at bigint NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (subject, at)
) WITHOUT ROWID;
