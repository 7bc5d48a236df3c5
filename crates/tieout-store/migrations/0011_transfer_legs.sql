-- Which transfer a transaction belongs to: reversing one of its two reverses both.
CREATE INDEX transfer_expense ON transfer (organization_id, expense_transaction_id);
CREATE INDEX transfer_income ON transfer (organization_id, income_transaction_id);
