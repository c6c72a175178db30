-- expand
-- The spine: who there is, what they hold, cases and their timelines, what is to be told to whom.
--
-- Instants are seconds since the epoch, UTC; local dates are text. Every account-owned table
-- begins its key with the account. Enumerations are the words of the domain's `code()`.
--
-- Tables with long texts keep their row ids: found by a compound key, SQLite would read every
-- long row it compares a key with on the way, whole.

CREATE TABLE settings (
    name text NOT NULL PRIMARY KEY,
    value text NOT NULL
) WITHOUT ROWID;

CREATE TABLE counters (
    name text NOT NULL PRIMARY KEY,
    value bigint NOT NULL
) WITHOUT ROWID;

-- Published for good: an edition or a calendar revision is never changed (S1, R14).
CREATE TABLE editions (
    id text NOT NULL PRIMARY KEY,
    in_force_from text NOT NULL,
    body text NOT NULL,
    published_at bigint NOT NULL
);

CREATE TABLE regions (
    code text NOT NULL PRIMARY KEY,
    body text NOT NULL,
    published_at bigint NOT NULL
);

CREATE TABLE accounts (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    region text NOT NULL,
    customer_number text NOT NULL,
    created_at bigint NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_customer_number ON accounts (customer_number);

CREATE TABLE partners (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    created_at bigint NOT NULL
) WITHOUT ROWID;

CREATE TABLE delegations (
    account_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    kinds text NOT NULL,
    granted_by uuid NOT NULL,
    granted_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    removed_at bigint,
    PRIMARY KEY (account_id, partner_id)
) WITHOUT ROWID;
CREATE INDEX delegations_partner ON delegations (partner_id);

CREATE TABLE people (
    id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    time_zone text NOT NULL,
    theme text NOT NULL,
    password_hash text,
    is_active boolean NOT NULL,
    created_at bigint NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX people_email ON people (email);

-- Side is `vendor`, `account` or `partner`; the vendor's organisation is the nil id.
CREATE TABLE memberships (
    organisation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    side text NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (organisation_id, person_id, role)
) WITHOUT ROWID;
CREATE INDEX memberships_person ON memberships (person_id);

CREATE TABLE sessions (
    token_hash bytea NOT NULL PRIMARY KEY,
    person_id uuid NOT NULL,
    side text NOT NULL,
    organisation_id uuid NOT NULL,
    -- The customer a partner's person acts for just now.
    acting_for uuid,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
    token_hash bytea NOT NULL PRIMARY KEY,
    person_id uuid NOT NULL,
    side text NOT NULL,
    organisation_id uuid NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    revoked_at bigint
) WITHOUT ROWID;
CREATE INDEX api_tokens_person ON api_tokens (person_id);

CREATE TABLE one_time_links (
    token_hash bytea NOT NULL PRIMARY KEY,
    purpose text NOT NULL,
    person_id uuid,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
) WITHOUT ROWID;

CREATE TABLE sign_in_failures (
    subject text NOT NULL,
    at bigint NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (subject, at, number)
) WITHOUT ROWID;

CREATE TABLE subscriptions (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    plan text NOT NULL,
    is_trial boolean NOT NULL,
    offer text,
    additional_service text,
    seats bigint NOT NULL,
    starts_on text NOT NULL,
    ends_on text,
    PRIMARY KEY (account_id, id)
) WITHOUT ROWID;

CREATE TABLE cases (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    number bigint NOT NULL,
    subject text NOT NULL,
    kind text NOT NULL,
    severity text,
    status text NOT NULL,
    channel text NOT NULL,
    requester_id uuid NOT NULL,
    assignee_id uuid,
    opened_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    -- The last thing both sides can see.
    last_public_at bigint NOT NULL,
    closed_at bigint,
    reopen_until bigint,
    next_due_at bigint,
    next_metric text,
    next_is_internal boolean NOT NULL,
    -- The order of work, computed: what is due first, then what waits for us, then the rest.
    queue_at bigint,
    next_timer_at bigint,
    revision bigint NOT NULL,
    -- The whole case as the domain knows it, JSON.
    data text NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX cases_number ON cases (number);
-- The kind stands in the queue's indexes so that other desks' cases are passed over, and the tabs
-- counted, without reading the cases themselves.
CREATE INDEX cases_queue ON cases (queue_at, number, kind) WHERE queue_at IS NOT NULL;
CREATE INDEX cases_assignee ON cases (assignee_id, queue_at, number, kind) WHERE queue_at IS NOT NULL;
CREATE INDEX cases_timer ON cases (next_timer_at) WHERE next_timer_at IS NOT NULL;
CREATE INDEX cases_account_open ON cases (account_id, queue_at) WHERE queue_at IS NOT NULL;
CREATE INDEX cases_account_updated ON cases (account_id, updated_at, id);
CREATE INDEX cases_account_closed ON cases (account_id, closed_at, number) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_opened ON cases (opened_at);
CREATE INDEX cases_closed ON cases (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE entries (
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    side text NOT NULL,
    partner_id uuid,
    audience text NOT NULL,
    -- The fact as the domain knows it, JSON.
    fact text NOT NULL,
    PRIMARY KEY (account_id, case_id, seq),
    FOREIGN KEY (account_id, case_id) REFERENCES cases (account_id, id)
);

CREATE TABLE milestones (
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    metric text NOT NULL,
    is_internal boolean NOT NULL,
    cycle bigint NOT NULL,
    severity text,
    state text NOT NULL,
    started_at bigint NOT NULL,
    due_at bigint,
    settled_at bigint,
    PRIMARY KEY (account_id, case_id, metric, is_internal, cycle),
    FOREIGN KEY (account_id, case_id) REFERENCES cases (account_id, id)
) WITHOUT ROWID;
CREATE INDEX milestones_settled ON milestones (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE files (
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    id uuid NOT NULL,
    seq bigint NOT NULL,
    audience text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    uploaded_by uuid,
    uploaded_at bigint NOT NULL,
    PRIMARY KEY (account_id, case_id, id),
    FOREIGN KEY (account_id, case_id) REFERENCES cases (account_id, id)
) WITHOUT ROWID;

-- Intended outside actions. The recipient is a person, or the nil id for the leads.
CREATE TABLE outbox (
    id identity,
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    effect_key text NOT NULL,
    recipient_id uuid NOT NULL,
    kind text NOT NULL,
    created_at bigint NOT NULL,
    run_at bigint NOT NULL,
    attempts bigint NOT NULL,
    fence bigint NOT NULL,
    last_error text,
    done_at bigint
);
CREATE UNIQUE INDEX outbox_once ON outbox (account_id, case_id, effect_key, recipient_id);
CREATE INDEX outbox_waiting ON outbox (run_at, id) WHERE done_at IS NULL;

-- What a person was told, shown behind the bell.
CREATE TABLE inbox (
    person_id uuid NOT NULL,
    id bigint NOT NULL,
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    at bigint NOT NULL,
    read_at bigint,
    PRIMARY KEY (person_id, id)
) WITHOUT ROWID;
CREATE INDEX inbox_unread ON inbox (person_id, id) WHERE read_at IS NULL;

-- Audience is `reply`, `note` or `new`; the case of a request not yet sent is the nil id.
CREATE TABLE drafts (
    person_id uuid NOT NULL,
    case_id uuid NOT NULL,
    audience text NOT NULL,
    fields text NOT NULL,
    saved_at bigint NOT NULL,
    PRIMARY KEY (person_id, case_id, audience)
);

CREATE TABLE idempotency_keys (
    person_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    request_hash bytea NOT NULL,
    status bigint NOT NULL,
    response text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (person_id, idempotency_key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Who did what to what, when, acting for whom.
CREATE TABLE audit (
    id identity,
    at bigint NOT NULL,
    person_id uuid,
    partner_id uuid,
    account_id uuid,
    case_id uuid,
    act text NOT NULL,
    detail text NOT NULL
);
CREATE INDEX audit_account ON audit (account_id, id);

CREATE TABLE search_documents (
    id identity,
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    seq bigint NOT NULL
);
--@ sqlite
CREATE VIRTUAL TABLE search_words USING fts5 (
    marks, words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);
--@ postgres
CREATE TABLE search_words (id bigint NOT NULL PRIMARY KEY, marks tsvector NOT NULL, words tsvector NOT NULL);
CREATE INDEX search_words_index ON search_words USING gin (words);
--@ both
