-- alone
-- Partners: what the directory says of them, whom a customer lets them be, who of them acts, and
-- what they asked for.

ALTER TABLE partners ADD COLUMN about text NOT NULL DEFAULT '';
ALTER TABLE partners ADD COLUMN contact text NOT NULL DEFAULT '';
-- Lists of words, JSON: codes of regions, tags of languages, specialities as they are written.
ALTER TABLE partners ADD COLUMN regions text NOT NULL DEFAULT '[]';
ALTER TABLE partners ADD COLUMN languages text NOT NULL DEFAULT '[]';
ALTER TABLE partners ADD COLUMN specialities text NOT NULL DEFAULT '[]';
ALTER TABLE partners ADD COLUMN is_listed boolean NOT NULL DEFAULT false;

ALTER TABLE delegations ADD COLUMN names_people boolean NOT NULL DEFAULT false;
-- How many persons of the partner may act; in delegations from before, everybody of it.
ALTER TABLE delegations ADD COLUMN persons bigint;
-- The next reminder, or the end.
ALTER TABLE delegations ADD COLUMN next_timer_at bigint;
UPDATE delegations SET next_timer_at = ends_at - 7776000 WHERE removed_at IS NULL;
CREATE INDEX delegations_timer ON delegations (next_timer_at) WHERE next_timer_at IS NOT NULL;

-- Whether it holds for every subscription of the customer, those bought later included, or for those
-- in `delegation_subscriptions` alone.
ALTER TABLE delegations ADD COLUMN covers_all boolean NOT NULL DEFAULT true;

-- The subscription a case is about, as its data says it: what a delegation for some of them is held
-- against.
ALTER TABLE cases ADD COLUMN subscription_id uuid;
--@ sqlite
UPDATE cases SET subscription_id = unhex(replace(json_extract(data, '$.subscription'), '-', ''))
    WHERE json_extract(data, '$.subscription') IS NOT NULL;
--@ postgres
UPDATE cases SET subscription_id = CAST(CAST(data AS json) ->> 'subscription' AS uuid);
--@ both

-- The subscriptions a customer lets a partner act for, where it named some.
CREATE TABLE delegation_subscriptions (
    account_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    PRIMARY KEY (account_id, partner_id, subscription_id),
    FOREIGN KEY (account_id, subscription_id) REFERENCES subscriptions (account_id, id)
) WITHOUT ROWID;
CREATE INDEX delegation_subscriptions_partner ON delegation_subscriptions (partner_id);

-- Who of a partner acts for a customer.
CREATE TABLE delegation_people (
    account_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    person_id uuid NOT NULL,
    named_by uuid NOT NULL,
    named_at bigint NOT NULL,
    PRIMARY KEY (account_id, partner_id, person_id)
) WITHOUT ROWID;
CREATE INDEX delegation_people_partner ON delegation_people (partner_id, person_id);

-- What a partner asked a customer for; the latest of each.
CREATE TABLE delegation_asks (
    account_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    asked_at bigint NOT NULL,
    kinds text NOT NULL,
    names_people boolean NOT NULL,
    persons bigint NOT NULL,
    reason text NOT NULL,
    lapses_at bigint NOT NULL,
    -- How it was settled, when: `approved`, `declined`, `withdrawn`, `lapsed`.
    outcome text,
    settled_at bigint,
    PRIMARY KEY (account_id, partner_id)
) WITHOUT ROWID;
CREATE INDEX delegation_asks_partner ON delegation_asks (partner_id);
CREATE INDEX delegation_asks_lapse ON delegation_asks (lapses_at) WHERE outcome IS NULL;

-- Who of the many belongs to a partner.
CREATE INDEX memberships_partners ON memberships (person_id) WHERE side = 'partner';

-- What a partner last did for a customer, and what became of its delegation.
CREATE INDEX log_partner ON log (account_id, partner_id, seq) WHERE partner_id IS NOT NULL;
CREATE INDEX log_of_partner ON log (account_id, subject_id, seq) WHERE subject = 'partner';

--@ postgres
DO $$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['delegation_people', 'delegation_asks', 'delegation_subscriptions']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY reach ON %I
            USING ((SELECT reaches_all()) OR account_id = (SELECT reached_account()))
            WITH CHECK ((SELECT reaches_all()) OR account_id = (SELECT reached_account()))', walled);
        EXECUTE format('CREATE POLICY everything ON %I TO mainstay_sweeper, mainstay_owner
            USING (true) WITH CHECK (true)', walled);
        -- A partner sees who of it was named and what it asked for, and changes both. For which
        -- subscriptions it acts it only sees.
        CONTINUE WHEN walled = 'delegation_subscriptions';
        EXECUTE format('CREATE POLICY partner ON %I
            USING (partner_id = (SELECT reached_partner()))
            WITH CHECK (partner_id = (SELECT reached_partner()))', walled);
    END LOOP;
END $$;
CREATE POLICY partner ON delegation_subscriptions FOR SELECT
    USING (partner_id = (SELECT reached_partner()));
-- What those subscriptions are, on the list of a partner's customers.
CREATE POLICY named ON subscriptions FOR SELECT
    USING ((SELECT reached_partner()) IS NOT NULL AND EXISTS (
        SELECT 1 FROM delegation_subscriptions s
        WHERE s.account_id = subscriptions.account_id AND s.subscription_id = subscriptions.id
          AND s.partner_id = (SELECT reached_partner())));
-- `mainstay.accounts` are the customers a partner's person was let to read, for the one list that
-- spans them.
CREATE FUNCTION reached_accounts() RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT CAST(string_to_array(nullif(current_setting('mainstay.accounts', true), ''), ',') AS uuid[])
$$;
CREATE POLICY shared ON cases FOR SELECT
    USING (account_id = ANY (CAST((SELECT reached_accounts()) AS uuid[])));
CREATE POLICY shared ON milestones FOR SELECT
    USING (account_id = ANY (CAST((SELECT reached_accounts()) AS uuid[])));
CREATE POLICY shared ON participants FOR SELECT
    USING (account_id = ANY (CAST((SELECT reached_accounts()) AS uuid[])));
--@ both
