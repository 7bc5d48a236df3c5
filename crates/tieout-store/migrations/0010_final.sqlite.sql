-- What is final cannot be changed by a careless hand at the database either. The form for SQLite; the other stands beside it.

CREATE TRIGGER entry_update BEFORE UPDATE ON entry WHEN OLD.seq IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'posted entries are final: reverse their transaction instead'); END;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry WHEN OLD.seq IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'posted entries are final: reverse their transaction instead'); END;

CREATE TRIGGER journal_transaction_update BEFORE UPDATE ON journal_transaction
  WHEN OLD.status IN ('posted', 'reversed') AND (NEW.day <> OLD.day OR NEW.total_debits <> OLD.total_debits
    OR NEW.total_credits <> OLD.total_credits OR NEW.amount <> OLD.amount OR NEW.currency <> OLD.currency
    OR NEW.posted_at <> OLD.posted_at OR NEW.reverses_id IS DISTINCT FROM OLD.reverses_id
    OR NEW.status NOT IN ('posted', 'reversed') OR (OLD.status = 'reversed' AND NEW.status <> 'reversed'))
  BEGIN SELECT RAISE(ABORT, 'posted transactions are final: reverse them instead'); END;
CREATE TRIGGER journal_transaction_delete BEFORE DELETE ON journal_transaction WHEN OLD.status IN ('posted', 'reversed')
  BEGIN SELECT RAISE(ABORT, 'posted transactions are final: reverse them instead'); END;

CREATE TRIGGER reconciliation_update BEFORE UPDATE ON reconciliation
  WHEN OLD.status = 'Completed' AND NEW.status = 'Completed' AND (NEW.statement_day <> OLD.statement_day
    OR NEW.statement_balance <> OLD.statement_balance OR NEW.ledger_balance <> OLD.ledger_balance
    OR NEW.total_entries <> OLD.total_entries OR NEW.ticked_entries <> OLD.ticked_entries
    OR NEW.set_aside_total <> OLD.set_aside_total OR NEW.last_seq <> OLD.last_seq)
  BEGIN SELECT RAISE(ABORT, 'completed reconciliations are final: reopen them instead'); END;
CREATE TRIGGER reconciliation_delete BEFORE DELETE ON reconciliation WHEN OLD.status = 'Completed'
  BEGIN SELECT RAISE(ABORT, 'completed reconciliations are final: reopen them instead'); END;

CREATE TRIGGER event_update BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the audit chain is only ever added to'); END;
CREATE TRIGGER event_delete BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the audit chain is only ever added to'); END;
