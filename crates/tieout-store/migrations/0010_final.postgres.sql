-- What is final cannot be changed by a careless hand at the database either. The form for PostgreSQL; the other stands beside it.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_ARGV[0];
END $$;

CREATE TRIGGER entry_update BEFORE UPDATE OR DELETE ON entry FOR EACH ROW WHEN (OLD.seq IS NOT NULL)
  EXECUTE FUNCTION refuse_change('posted entries are final: reverse their transaction instead');
CREATE TRIGGER entry_truncate BEFORE TRUNCATE ON entry
  EXECUTE FUNCTION refuse_change('posted entries are final: reverse their transaction instead');

CREATE TRIGGER journal_transaction_update BEFORE UPDATE ON journal_transaction FOR EACH ROW
  WHEN (OLD.status IN ('posted', 'reversed') AND (NEW.day <> OLD.day OR NEW.total_debits <> OLD.total_debits
    OR NEW.total_credits <> OLD.total_credits OR NEW.amount <> OLD.amount OR NEW.currency <> OLD.currency
    OR NEW.posted_at <> OLD.posted_at OR NEW.reverses_id IS DISTINCT FROM OLD.reverses_id
    OR NEW.status NOT IN ('posted', 'reversed') OR (OLD.status = 'reversed' AND NEW.status <> 'reversed')))
  EXECUTE FUNCTION refuse_change('posted transactions are final: reverse them instead');
CREATE TRIGGER journal_transaction_delete BEFORE DELETE ON journal_transaction FOR EACH ROW
  WHEN (OLD.status IN ('posted', 'reversed'))
  EXECUTE FUNCTION refuse_change('posted transactions are final: reverse them instead');

CREATE TRIGGER reconciliation_update BEFORE UPDATE ON reconciliation FOR EACH ROW
  WHEN (OLD.status = 'Completed' AND NEW.status = 'Completed' AND (NEW.statement_day <> OLD.statement_day
    OR NEW.statement_balance <> OLD.statement_balance OR NEW.ledger_balance <> OLD.ledger_balance
    OR NEW.total_entries <> OLD.total_entries OR NEW.ticked_entries <> OLD.ticked_entries
    OR NEW.set_aside_total <> OLD.set_aside_total OR NEW.last_seq <> OLD.last_seq))
  EXECUTE FUNCTION refuse_change('completed reconciliations are final: reopen them instead');
CREATE TRIGGER reconciliation_delete BEFORE DELETE ON reconciliation FOR EACH ROW WHEN (OLD.status = 'Completed')
  EXECUTE FUNCTION refuse_change('completed reconciliations are final: reopen them instead');

CREATE TRIGGER event_update BEFORE UPDATE OR DELETE ON event FOR EACH ROW
  EXECUTE FUNCTION refuse_change('the audit chain is only ever added to');
CREATE TRIGGER event_truncate BEFORE TRUNCATE ON event
  EXECUTE FUNCTION refuse_change('the audit chain is only ever added to');
