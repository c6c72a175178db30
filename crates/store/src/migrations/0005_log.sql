-- alone
-- The log: who did what to what, when, from where, acting for whom. It is only ever added to, and
-- each line carries a hash over itself and the line before it in the same chain, which is an
-- account's or, under the nil id, the vendor's own.

-- The end of each chain; who writes a line holds its row until the commit.
CREATE TABLE log_heads (
    chain uuid NOT NULL PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL
) WITHOUT ROWID;

CREATE TABLE log (
    account_id uuid NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    person_id uuid,
    partner_id uuid,
    network text,
    act text NOT NULL,
    -- What it was done to: a word for what it is, its id, and a name where it has no id.
    subject text NOT NULL,
    subject_id uuid,
    subject_name text,
    -- Before and after, JSON.
    was text,
    became text,
    reason text,
    -- Lines from before there were chains have none.
    hash bytea,
    PRIMARY KEY (account_id, seq)
) WITHOUT ROWID;

-- What was noted before is kept, without hashes; the chain goes on after it.
INSERT INTO log (account_id, seq, at, person_id, partner_id, act, subject, subject_id)
SELECT account_id, row_number() OVER (PARTITION BY account_id ORDER BY id), at, person_id,
       partner_id, act, CASE WHEN case_id IS NULL THEN 'account' ELSE 'case' END, case_id
FROM audit WHERE account_id IS NOT NULL;
INSERT INTO log_heads (chain, seq, hash)
SELECT account_id, max(seq), CAST('' AS bytea) FROM log GROUP BY account_id;
DROP TABLE audit;

--@ sqlite
CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN
    SELECT RAISE(ABORT, 'the log is only ever added to');
END;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN
    SELECT RAISE(ABORT, 'the log is only ever added to');
END;
--@ postgres
CREATE FUNCTION log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is only ever added to'; END $$;
CREATE TRIGGER log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION log_stays();
ALTER TABLE log ENABLE ROW LEVEL SECURITY;
ALTER TABLE log FORCE ROW LEVEL SECURITY;
CREATE POLICY reach ON log
    USING ((SELECT reaches_all()) OR account_id = (SELECT reached_account()))
    WITH CHECK ((SELECT reaches_all()) OR account_id = (SELECT reached_account()));
CREATE POLICY everything ON log TO mainstay_sweeper, mainstay_owner
    USING (true) WITH CHECK (true);
-- A line is added by whoever did something, also before anybody is known to be signed in; it is
-- read only by those who reach it.
CREATE POLICY adding ON log FOR INSERT WITH CHECK (true);
--@ both
