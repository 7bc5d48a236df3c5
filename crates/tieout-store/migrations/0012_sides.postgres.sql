-- The side of an entry is the sign of its amounts: debits are not negative, credits not positive. Entries of before are left as
-- they are (`audit verify` names those on the wrong side). The form for PostgreSQL; the other stands beside it.
ALTER TABLE entry ADD CONSTRAINT entry_side CHECK (CASE WHEN is_debit
  THEN base_amount >= 0 AND amount >= 0 AND line_amount >= 0
  ELSE base_amount <= 0 AND amount <= 0 AND line_amount <= 0 END) NOT VALID;
