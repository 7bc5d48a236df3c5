-- What a completion had proved before it was undone, so that an account can be drawn as it was known on any day: the
-- completion with its figures, and what it left open (set aside, or posted into its period while it stood).

CREATE TABLE undone_completion (
  organization_id BYTES NOT NULL,
  account_id BYTES NOT NULL,
  statement_day BIGINT NOT NULL,
  undone_at BIGINT NOT NULL,
  reconciliation_id BYTES NOT NULL,
  completed_at BIGINT NOT NULL,
  statement_balance BIGINT NOT NULL,
  ledger_balance BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  PRIMARY KEY (organization_id, account_id, statement_day, undone_at, reconciliation_id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) CLUSTERED;

CREATE TABLE undone_outstanding (
  organization_id BYTES NOT NULL,
  reconciliation_id BYTES NOT NULL,
  undone_at BIGINT NOT NULL,
  day BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  transaction_id BYTES NOT NULL,
  line BIGINT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  is_late BOOLEAN NOT NULL,
  PRIMARY KEY (organization_id, reconciliation_id, undone_at, day, seq)
) CLUSTERED;
