-- What was posted into the period of a completed reconciliation afterwards: its figures stay, these say that the books to its
-- statement day do not. On one in progress: what is open of everything that was posted into completed periods.

ALTER TABLE reconciliation ADD COLUMN late_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reconciliation ADD COLUMN late_total BIGINT NOT NULL DEFAULT 0;

UPDATE reconciliation SET late_count = (SELECT COUNT(*) FROM carried_entry c
    WHERE c.organization_id = reconciliation.organization_id AND c.account_id = reconciliation.account_id
    AND c.day <= reconciliation.statement_day AND c.seq > reconciliation.last_seq
    AND (reconciliation.previous_day IS NULL OR c.day > reconciliation.previous_day)
    AND NOT EXISTS (SELECT 1 FROM reconciliation o WHERE o.organization_id = c.organization_id AND o.id = c.origin)),
  late_total = (SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM carried_entry c
    WHERE c.organization_id = reconciliation.organization_id AND c.account_id = reconciliation.account_id
    AND c.day <= reconciliation.statement_day AND c.seq > reconciliation.last_seq
    AND (reconciliation.previous_day IS NULL OR c.day > reconciliation.previous_day)
    AND NOT EXISTS (SELECT 1 FROM reconciliation o WHERE o.organization_id = c.organization_id AND o.id = c.origin))
  WHERE status = 'Completed';

UPDATE reconciliation SET late_count = (SELECT COUNT(*) FROM carried_entry c
    WHERE c.organization_id = reconciliation.organization_id AND c.account_id = reconciliation.account_id
    AND c.reconciled_by IS NULL
    AND NOT EXISTS (SELECT 1 FROM reconciliation o WHERE o.organization_id = c.organization_id AND o.id = c.origin)),
  late_total = (SELECT CAST(COALESCE(SUM(c.amount), 0) AS BIGINT) FROM carried_entry c
    WHERE c.organization_id = reconciliation.organization_id AND c.account_id = reconciliation.account_id
    AND c.reconciled_by IS NULL
    AND NOT EXISTS (SELECT 1 FROM reconciliation o WHERE o.organization_id = c.organization_id AND o.id = c.origin))
  WHERE status = 'InProgress';
