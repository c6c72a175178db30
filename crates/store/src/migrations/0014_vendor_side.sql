-- alone
-- The vendor's side: what its people can, what waits for a second person, and whom somebody sees
-- the portal as just now.

CREATE TABLE colleagues (
    person_id uuid NOT NULL PRIMARY KEY,
    -- The kinds whose desk they lead, their skills, the languages they speak: JSON.
    leads text NOT NULL,
    skills text NOT NULL,
    languages text NOT NULL
) WITHOUT ROWID;

CREATE TABLE approvals (
    id uuid NOT NULL PRIMARY KEY,
    -- What is to be done, JSON.
    what text NOT NULL,
    asked_by uuid NOT NULL,
    reason text NOT NULL,
    asked_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    -- open, done, declined or withdrawn.
    state text NOT NULL,
    decided_by uuid,
    decided_at bigint
) WITHOUT ROWID;
CREATE INDEX approvals_asked ON approvals (asked_at);

-- The person of an account as whom somebody at the vendor sees the portal, to read only.
ALTER TABLE sessions ADD COLUMN viewing_as uuid;
ALTER TABLE sessions ADD COLUMN viewing_account uuid;
ALTER TABLE sessions ADD COLUMN viewing_until bigint;
ALTER TABLE sessions ADD COLUMN viewing_reason text;
CREATE INDEX sessions_viewing ON sessions (viewing_until) WHERE viewing_until IS NOT NULL;
