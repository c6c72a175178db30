-- alone
-- Internal requests: what people of an account ask their own administrators (S16).

CREATE TABLE internal_requests (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    requester_id uuid NOT NULL,
    subject text NOT NULL,
    status text NOT NULL,
    taken_by uuid,
    -- The case it was escalated as.
    case_id uuid,
    opened_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    closed_at bigint,
    -- The order of work: what waits for the administrators first, then what waits for others.
    queue_at bigint,
    revision bigint NOT NULL,
    -- The whole request as the domain knows it, JSON.
    data text NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, case_id) REFERENCES cases (account_id, id)
);
CREATE INDEX internal_requests_queue ON internal_requests (account_id, queue_at, id) WHERE queue_at IS NOT NULL;
CREATE INDEX internal_requests_closed ON internal_requests (account_id, closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX internal_requests_requester ON internal_requests (account_id, requester_id, id);
CREATE UNIQUE INDEX internal_requests_case ON internal_requests (account_id, case_id) WHERE case_id IS NOT NULL;

CREATE TABLE internal_entries (
    account_id uuid NOT NULL,
    request_id uuid NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    person_id uuid,
    party text NOT NULL,
    -- The fact as the domain knows it, JSON.
    fact text NOT NULL,
    PRIMARY KEY (account_id, request_id, seq),
    FOREIGN KEY (account_id, request_id) REFERENCES internal_requests (account_id, id)
);

CREATE TABLE internal_files (
    account_id uuid NOT NULL,
    request_id uuid NOT NULL,
    id uuid NOT NULL,
    seq bigint NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    uploaded_by uuid,
    uploaded_at bigint NOT NULL,
    PRIMARY KEY (account_id, request_id, id),
    FOREIGN KEY (account_id, request_id) REFERENCES internal_requests (account_id, id)
) WITHOUT ROWID;

--@ postgres
-- Narrower than the wall around cases: the desk's reach is over all accounts, and what an account
-- says within itself is not in it. A transaction that acts on a case reaches its account alone.
DO $$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['internal_requests', 'internal_entries', 'internal_files']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('CREATE POLICY reach ON %I
            USING (account_id = (SELECT reached_account()))
            WITH CHECK (account_id = (SELECT reached_account()))', walled);
        EXECUTE format('CREATE POLICY everything ON %I TO mainstay_sweeper, mainstay_owner
            USING (true) WITH CHECK (true)', walled);
    END LOOP;
END $$;
--@ both
