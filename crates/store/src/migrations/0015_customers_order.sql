-- alone
-- A customer's open requests in the order they are listed: what waits for the customer first. A
-- page of them reads its own rows and no more.

DROP INDEX cases_account_open;
CREATE INDEX cases_account_open ON cases (
    account_id,
    (CASE status WHEN 'with-customer' THEN 0 WHEN 'resolved' THEN 1 ELSE 2 END),
    queue_at, number
) WHERE queue_at IS NOT NULL;
