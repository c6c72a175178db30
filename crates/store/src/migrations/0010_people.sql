-- alone
-- The people of an organisation: who is active there and was seen when, by which number somebody
-- is called back, and what a caller is known by.

-- Somebody is deactivated where they belong, not everywhere at once.
ALTER TABLE memberships ADD COLUMN deactivated_at bigint;
-- When they last signed in there; never, while they are only invited.
ALTER TABLE memberships ADD COLUMN seen_at bigint;
UPDATE memberships SET seen_at = (SELECT p.created_at FROM people p WHERE p.id = memberships.person_id)
WHERE person_id IN (SELECT id FROM people WHERE password_hash IS NOT NULL);

-- A person's number at an account, and how it was verified. A code that waits to be read out is
-- kept as a hash.
CREATE TABLE telephones (
    account_id uuid NOT NULL,
    person_id uuid NOT NULL,
    number text NOT NULL,
    changed_at bigint NOT NULL,
    verified_at bigint,
    how text,
    verified_by uuid,
    code_hash text,
    code_until bigint,
    code_tries bigint NOT NULL,
    PRIMARY KEY (account_id, person_id)
) WITHOUT ROWID;

-- The telephone PIN of an account, as a hash, and how often a wrong one was told in a row.
CREATE TABLE telephone_pins (
    account_id uuid NOT NULL PRIMARY KEY,
    hash text NOT NULL,
    made_at bigint NOT NULL,
    made_by uuid NOT NULL,
    failures bigint NOT NULL,
    wait_until bigint
) WITHOUT ROWID;

-- Callers who were verified: who, how, when, by whom.
CREATE TABLE callers (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    how text NOT NULL,
    at bigint NOT NULL,
    verified_by uuid NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX callers_agent ON callers (account_id, verified_by, at);

--@ postgres
DO $$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['telephones', 'telephone_pins', 'callers']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY reach ON %I
            USING ((SELECT reaches_all()) OR account_id = (SELECT reached_account()))
            WITH CHECK ((SELECT reaches_all()) OR account_id = (SELECT reached_account()))', walled);
        EXECUTE format('CREATE POLICY everything ON %I TO mainstay_sweeper, mainstay_owner
            USING (true) WITH CHECK (true)', walled);
    END LOOP;
END $$;
--@ both
