-- alone
-- Sign-in providers of organisations, the identities people have there, and the mail domains that
-- lead to them. What is the vendor's own stands under the nil id.

CREATE TABLE providers (
    account_id uuid NOT NULL,
    -- An account has one at most: it has the account's id.
    id uuid NOT NULL,
    name text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    client_secret text NOT NULL,
    -- Whether it is believed when it says that somebody has shown two factors.
    trusts_factors boolean NOT NULL,
    -- Whether people of the account sign in with it alone.
    is_only boolean NOT NULL,
    is_enabled boolean NOT NULL,
    -- When somebody has last signed in with it as it is set up now, to see whether it works.
    tested_at bigint,
    created_at bigint NOT NULL,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;

CREATE TABLE identities (
    account_id uuid NOT NULL,
    -- An identity is issuer and subject, never an address.
    issuer text NOT NULL,
    subject text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- What the provider calls them, for their eyes alone.
    name text NOT NULL,
    linked_at bigint NOT NULL,
    used_at bigint,
    PRIMARY KEY (account_id, issuer, subject)
) WITHOUT ROWID;
CREATE INDEX identities_person ON identities (account_id, person_id);

CREATE TABLE domains (
    account_id uuid NOT NULL,
    domain text NOT NULL,
    -- What the domain has to show.
    proof text NOT NULL,
    claimed_at bigint NOT NULL,
    -- When it was last shown, and when it was last looked for.
    verified_at bigint,
    looked_at bigint,
    PRIMARY KEY (account_id, domain)
) WITHOUT ROWID;

-- Where an address leads before anybody has signed in: a domain belongs to one account alone.
CREATE TABLE verified_domains (
    domain text NOT NULL PRIMARY KEY,
    organisation_id uuid NOT NULL
) WITHOUT ROWID;

-- Sign-ins that have left for a provider and not come back yet; each comes back once.
CREATE TABLE provider_attempts (
    state_hash bytea NOT NULL PRIMARY KEY,
    -- The cookie of the browser that left.
    browser_hash bytea NOT NULL,
    organisation_id uuid NOT NULL,
    provider_id uuid NOT NULL,
    purpose text NOT NULL,
    -- Who links, tests or was invited.
    person_id uuid,
    link_hash bytea,
    nonce text NOT NULL,
    verifier text NOT NULL,
    back text NOT NULL,
    expires_at bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX provider_attempts_expiry ON provider_attempts (expires_at);

--@ postgres
DO $$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['providers', 'identities', 'domains']
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
