-- alone
-- Who takes part in a case by name besides its requester, and from which entry on they see it.

CREATE TABLE participants (
    account_id uuid NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- On whose side: `customer`, its partners' people included, or `vendor`.
    side text NOT NULL,
    -- The entry that says they were added: the first one they see.
    from_seq bigint NOT NULL,
    added_at bigint NOT NULL,
    added_by uuid,
    -- Kept, so that it can be told who took part until when.
    removed_at bigint,
    PRIMARY KEY (account_id, case_id, person_id),
    FOREIGN KEY (account_id, case_id) REFERENCES cases (account_id, id)
) WITHOUT ROWID;
CREATE INDEX participants_person ON participants (person_id, account_id, case_id)
    WHERE removed_at IS NULL;

--@ postgres
ALTER TABLE participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE participants FORCE ROW LEVEL SECURITY;
CREATE POLICY reach ON participants
    USING ((SELECT reaches_all()) OR account_id = (SELECT reached_account()))
    WITH CHECK ((SELECT reaches_all()) OR account_id = (SELECT reached_account()));
CREATE POLICY everything ON participants TO mainstay_sweeper, mainstay_owner
    USING (true) WITH CHECK (true);
--@ both
