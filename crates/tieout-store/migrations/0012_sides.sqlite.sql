-- The side of an entry is the sign of its amounts: debits are not negative, credits not positive. Entries of before are left as
-- they are (`audit verify` names those on the wrong side). The form for SQLite; the other stands beside it.
CREATE TRIGGER entry_side BEFORE INSERT ON entry
  WHEN CASE WHEN NEW.is_debit THEN NEW.base_amount < 0 OR NEW.amount < 0 OR NEW.line_amount < 0
    ELSE NEW.base_amount > 0 OR NEW.amount > 0 OR NEW.line_amount > 0 END
  BEGIN SELECT RAISE(ABORT, 'a debit is not negative, and a credit not positive'); END;
CREATE TRIGGER entry_side_update BEFORE UPDATE OF is_debit, base_amount, amount, line_amount ON entry
  WHEN CASE WHEN NEW.is_debit THEN NEW.base_amount < 0 OR NEW.amount < 0 OR NEW.line_amount < 0
    ELSE NEW.base_amount > 0 OR NEW.amount > 0 OR NEW.line_amount > 0 END
  BEGIN SELECT RAISE(ABORT, 'a debit is not negative, and a credit not positive'); END;
