-- alone
-- Whose link, token, session and try it is: invitations of organisations, tokens with an end,
-- people that are programs, and what keeps guessers of passwords waiting.

-- A service account: a program that acts under its own name, with tokens and without a password.
ALTER TABLE people ADD COLUMN is_service boolean NOT NULL DEFAULT false;
-- The organisation that answers for how they sign in: the first they joined.
ALTER TABLE people ADD COLUMN home_id uuid;
-- The organisation they chose to act in, of several.
ALTER TABLE people ADD COLUMN chosen_id uuid;
-- When they last signed in; never, before they accepted an invitation.
ALTER TABLE people ADD COLUMN entered_at bigint;

CREATE INDEX people_services ON people (home_id) WHERE is_service;

-- What an invitation or a reset is of, and who made it. Roles are JSON.
ALTER TABLE one_time_links ADD COLUMN side text;
ALTER TABLE one_time_links ADD COLUMN organisation_id uuid;
ALTER TABLE one_time_links ADD COLUMN roles text;
ALTER TABLE one_time_links ADD COLUMN made_by uuid;
CREATE INDEX one_time_links_organisation ON one_time_links (organisation_id, purpose);
CREATE INDEX one_time_links_person ON one_time_links (person_id, purpose);

-- Who said that they have forgotten their password, for whoever may start a reset.
CREATE TABLE reset_requests (
    person_id uuid NOT NULL PRIMARY KEY,
    asked_at bigint NOT NULL,
    network text
) WITHOUT ROWID;

-- Browsers somebody has signed in with before; a guesser's are not among them.
CREATE TABLE known_devices (
    device_hash bytea NOT NULL,
    person_id uuid NOT NULL,
    seen_at bigint NOT NULL,
    PRIMARY KEY (device_hash, person_id)
) WITHOUT ROWID;
CREATE INDEX known_devices_person ON known_devices (person_id);

-- How often what is judged together (a browser, an address from a network) has failed to sign in,
-- and when it may try again.
CREATE TABLE sign_in_tries (
    subject bytea NOT NULL PRIMARY KEY,
    failed bigint NOT NULL,
    last_at bigint NOT NULL,
    open_at bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_tries_last ON sign_in_tries (last_at);
DROP TABLE sign_in_failures;

-- Tokens are known by an id, and end. Those from before were made without an end.
ALTER TABLE api_tokens ADD COLUMN id uuid;
ALTER TABLE api_tokens ADD COLUMN made_by uuid;
-- The customer a partner's token is for.
ALTER TABLE api_tokens ADD COLUMN acting_for uuid;
ALTER TABLE api_tokens ADD COLUMN expires_at bigint;
ALTER TABLE api_tokens ADD COLUMN used_at bigint;
--@ sqlite
UPDATE api_tokens SET id = substr(token_hash, 1, 16);
--@ postgres
UPDATE api_tokens SET id = CAST(encode(substr(token_hash, 1, 16), 'hex') AS uuid);
--@ both
