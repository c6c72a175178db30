-- alone
-- Lines of the log lie in the order they were written in, on pages that many of them share: sorted
-- by account, each would lie on a page of its own, in a tree that is split again and again.

--@ sqlite
CREATE TABLE log_in_order (
    account_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    person_id BLOB,
    partner_id BLOB,
    network TEXT,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BLOB,
    subject_name TEXT,
    was TEXT,
    became TEXT,
    reason TEXT,
    hash BLOB,
    PRIMARY KEY (account_id, seq)
) STRICT;
INSERT INTO log_in_order (account_id, seq, at, person_id, partner_id, network, act, subject,
    subject_id, subject_name, was, became, reason, hash)
SELECT account_id, seq, at, person_id, partner_id, network, act, subject, subject_id, subject_name,
    was, became, reason, hash
FROM log ORDER BY at, account_id, seq;
DROP TABLE log;
ALTER TABLE log_in_order RENAME TO log;
CREATE INDEX log_partner ON log (account_id, partner_id, seq) WHERE partner_id IS NOT NULL;
CREATE INDEX log_of_partner ON log (account_id, subject_id, seq) WHERE subject = 'partner';
CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN
    SELECT RAISE(ABORT, 'the log is only ever added to');
END;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN
    SELECT RAISE(ABORT, 'the log is only ever added to');
END;
--@ both
