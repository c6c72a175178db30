-- expand
-- Editions and regions that are being written: drafts of the vendor's, published or not.

CREATE TABLE description_drafts (
    id uuid NOT NULL PRIMARY KEY,
    -- edition or region, and its id or code, as far as the text says so.
    sort text,
    name text NOT NULL,
    -- The text, TOML, with its mistakes.
    content text NOT NULL,
    -- Counts the changes of the text: what is agreed to is one of them.
    revision bigint NOT NULL,
    made_by uuid NOT NULL,
    made_at bigint NOT NULL,
    changed_by uuid NOT NULL,
    changed_at bigint NOT NULL,
    -- Since then it is not changed any more.
    published_at bigint
) WITHOUT ROWID;
CREATE INDEX description_drafts_changed ON description_drafts (changed_at);
CREATE INDEX accounts_region ON accounts (region);
