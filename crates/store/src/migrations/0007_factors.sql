-- alone
-- Second factors: passkeys, apps that make codes, recovery codes, and of whom a factor is required.

-- When the bearer of a session last proved who they are: changing how one signs in asks for a
-- proof of the last minutes.
ALTER TABLE sessions ADD COLUMN proved_at bigint;

-- What an authenticator calls the key is unique in the world, so one key is one person's.
CREATE TABLE passkeys (
    credential_id bytea NOT NULL PRIMARY KEY,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    -- Public key, counter and what else the ceremonies need, JSON.
    credential text NOT NULL,
    made_at bigint NOT NULL,
    used_at bigint
);
CREATE INDEX passkeys_person ON passkeys (person_id);

CREATE TABLE code_apps (
    person_id uuid NOT NULL PRIMARY KEY,
    secret bytea NOT NULL,
    -- The step of the last code that was taken: none is taken twice.
    last_step bigint NOT NULL,
    made_at bigint NOT NULL
) WITHOUT ROWID;

CREATE TABLE recovery_codes (
    person_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    made_at bigint NOT NULL,
    used_at bigint,
    PRIMARY KEY (person_id, code_hash)
) WITHOUT ROWID;

-- What was begun and can be ended once, on whichever node: a challenge, a sign-in that waits for
-- its second step, an app that was not confirmed yet.
CREATE TABLE ceremonies (
    token_hash bytea NOT NULL PRIMARY KEY,
    purpose text NOT NULL,
    person_id uuid,
    state text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX ceremonies_expiry ON ceremonies (expires_at);

-- The roles of an organisation that need a second factor; the vendor's id is nil, and it asks it
-- of its partners' roles too.
CREATE TABLE required_factors (
    organisation_id uuid NOT NULL,
    role text NOT NULL,
    PRIMARY KEY (organisation_id, role)
) WITHOUT ROWID;
