-- Reconciliations. Completing one moves no entry: an entry of the account is reconciled when its day is on or before the
-- last completed statement day and no open row of carried_entry says otherwise. So completing costs what was set aside,
-- not what was reconciled, and undoing it is exact.

CREATE TABLE reconciliation (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  account_id BYTES NOT NULL,
  kind KEYTEXT NOT NULL CHECK (kind IN ('statement', 'opening')),
  statement_day BIGINT NOT NULL,
  statement_balance BIGINT NOT NULL,
  notes TEXT,
  status KEYTEXT NOT NULL CHECK (status IN ('InProgress', 'Completed', 'Cancelled')),
  is_parked BOOLEAN NOT NULL,
  previous_id BYTES,
  previous_day BIGINT,
  previous_balance BIGINT NOT NULL,
  -- Figures, kept up to date by every posting while the reconciliation is open and not parked.
  ledger_balance BIGINT NOT NULL,
  total_entries BIGINT NOT NULL CHECK (total_entries >= 0),
  ticked_entries BIGINT NOT NULL CHECK (ticked_entries >= 0),
  set_aside_count BIGINT NOT NULL CHECK (set_aside_count >= 0),
  set_aside_total BIGINT NOT NULL,
  last_seq BIGINT,
  created_by BYTES NOT NULL,
  created_by_key BYTES,
  completed_by BYTES,
  completed_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  CHECK (status <> 'Completed' OR kind = 'opening' OR ledger_balance = statement_balance),
  CHECK ((status = 'Completed') = (completed_at IS NOT NULL)),
  CHECK ((status = 'Completed') = (last_seq IS NOT NULL)),
  CHECK (previous_day IS NULL OR previous_day < statement_day)
) CLUSTERED;
CREATE UNIQUE INDEX reconciliation_open ON reconciliation (organization_id, account_id)
  WHERE status = 'InProgress' AND NOT is_parked;
CREATE UNIQUE INDEX reconciliation_completed ON reconciliation (organization_id, account_id, statement_day)
  WHERE status = 'Completed';
CREATE INDEX reconciliation_list ON reconciliation (organization_id, created_at, id);
CREATE INDEX reconciliation_account ON reconciliation (organization_id, account_id, created_at, id);

-- Entries, or parts of them, dated on or before the last completed statement day that were not reconciled by it: set
-- aside (origin is the reconciliation that did so) or posted later (origin is sixteen zero bytes).
CREATE TABLE carried_entry (
  organization_id BYTES NOT NULL,
  account_id BYTES NOT NULL,
  day BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  origin BYTES NOT NULL,
  transaction_id BYTES NOT NULL,
  line BIGINT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  reconciled_by BYTES,
  PRIMARY KEY (organization_id, account_id, day, seq, origin),
  FOREIGN KEY (organization_id, transaction_id, line) REFERENCES entry (organization_id, transaction_id, line)
) CLUSTERED;
CREATE UNIQUE INDEX carried_entry_open ON carried_entry (organization_id, account_id, day, seq)
  WHERE reconciled_by IS NULL;
CREATE INDEX carried_entry_reconciled_by ON carried_entry (organization_id, reconciled_by, day, seq)
  WHERE reconciled_by IS NOT NULL;

CREATE TABLE set_aside (
  organization_id BYTES NOT NULL,
  reconciliation_id BYTES NOT NULL,
  day BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  transaction_id BYTES NOT NULL,
  line BIGINT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  is_whole BOOLEAN NOT NULL,
  reason TEXT,
  set_by BYTES NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, reconciliation_id, day, seq),
  FOREIGN KEY (organization_id, reconciliation_id) REFERENCES reconciliation (organization_id, id) ON DELETE CASCADE
) CLUSTERED;

CREATE TABLE entry_tick (
  organization_id BYTES NOT NULL,
  reconciliation_id BYTES NOT NULL,
  day BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  ticked_at BIGINT NOT NULL,
  ticked_by BYTES NOT NULL,
  PRIMARY KEY (organization_id, reconciliation_id, day, seq),
  FOREIGN KEY (organization_id, reconciliation_id) REFERENCES reconciliation (organization_id, id) ON DELETE CASCADE
) CLUSTERED;
