-- alone
-- The second wall: on PostgreSQL a row is there only for a transaction that reaches its account.
--
-- `mainstay.reach` is the account's id, or `desk` for the vendor's people; `mainstay.partner` is
-- the partner whose delegations are looked at. Both end with the transaction, and without them
-- there is no row. What works for all accounts, and migrations, do so as other roles.

--@ postgres
CREATE FUNCTION reached_account() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT CAST(nullif(nullif(current_setting('mainstay.reach', true), ''), 'desk') AS uuid)
$$;
CREATE FUNCTION reaches_all() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('mainstay.reach', true) = 'desk', false)
$$;
CREATE FUNCTION reached_partner() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT CAST(nullif(current_setting('mainstay.partner', true), '') AS uuid)
$$;
DO $$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['subscriptions', 'cases', 'entries', 'milestones', 'files',
                                  'outbox', 'inbox', 'search_documents', 'delegations', 'audit']
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
-- A partner sees what was delegated to it, whoever it acts for just now.
CREATE POLICY partner ON delegations FOR SELECT
    USING (partner_id = (SELECT reached_partner()));
-- What concerns no account is noted by everybody and read by the vendor.
CREATE POLICY nobody ON audit FOR INSERT WITH CHECK (account_id IS NULL);
ALTER VIEW lease_clock SET (security_invoker = true);
--@ both
