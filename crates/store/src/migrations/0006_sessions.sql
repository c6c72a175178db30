-- alone
-- What people can be told of their sessions, to know which to end. Everybody signs in again.

DROP TABLE sessions;
CREATE TABLE sessions (
    token_hash bytea NOT NULL PRIMARY KEY,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    side text NOT NULL,
    organisation_id uuid NOT NULL,
    -- The customer a partner's person acts for just now.
    acting_for uuid,
    -- How they proved who they are, and whether by two factors.
    how text NOT NULL,
    is_strong boolean NOT NULL,
    network text,
    agent text,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
