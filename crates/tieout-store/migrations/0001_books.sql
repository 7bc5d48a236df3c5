-- Organizations, who may act, accounts, transactions, balances.
-- Days are days since 1970-01-01, instants microseconds since then in UTC, amounts minor units with debit positive.
-- Every key of an organization's rows begins with the organization; exempt are organizations, users, keys by their hash,
-- signing keys, rates of a practice.

CREATE TABLE organization (
  id BYTES NOT NULL PRIMARY KEY,
  practice_id BYTES NOT NULL REFERENCES organization (id),
  parent_id BYTES REFERENCES organization (id),
  name TEXT NOT NULL CHECK (name <> ''),
  domain TEXT,
  tax_number TEXT,
  fiscal_year_start BIGINT NOT NULL CHECK (fiscal_year_start BETWEEN 1 AND 12),
  base_currency KEYTEXT NOT NULL,
  relationship_type KEYTEXT CHECK (relationship_type IN ('owned', 'linked')),
  books_closed_day BIGINT,
  require_draft_approval BOOLEAN NOT NULL,
  require_all_matched BOOLEAN NOT NULL,
  metadata TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CHECK ((parent_id IS NULL) = (practice_id = id))
);
CREATE INDEX organization_practice ON organization (practice_id, created_at, id);

CREATE TABLE app_user (
  id BYTES NOT NULL PRIMARY KEY,
  practice_id BYTES NOT NULL REFERENCES organization (id),
  name TEXT NOT NULL,
  role KEYTEXT NOT NULL CHECK (role IN ('owner', 'preparer', 'approver', 'viewer', 'system')),
  created_at BIGINT NOT NULL
);
CREATE INDEX app_user_practice ON app_user (practice_id, role, created_at);

CREATE TABLE api_key (
  id BYTES NOT NULL PRIMARY KEY,
  organization_id BYTES NOT NULL REFERENCES organization (id),
  covers_below BOOLEAN NOT NULL,
  user_id BYTES NOT NULL REFERENCES app_user (id),
  name TEXT NOT NULL CHECK (name <> ''),
  description TEXT,
  secret_hash BYTES NOT NULL,
  preview TEXT NOT NULL,
  permissions TEXT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  last_used_at BIGINT,
  use_count BIGINT NOT NULL,
  use_month BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_key_secret_hash ON api_key (secret_hash);
CREATE INDEX api_key_organization ON api_key (organization_id, created_at, id);

CREATE TABLE account (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  code KEYTEXT NOT NULL CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  account_type KEYTEXT NOT NULL CHECK (account_type IN ('asset', 'liability', 'equity', 'revenue', 'expense')),
  description TEXT,
  currency KEYTEXT,
  parent_id BYTES,
  system_role KEYTEXT,
  is_archived BOOLEAN NOT NULL,
  time_zone TEXT,
  last_seq BIGINT NOT NULL CHECK (last_seq >= 0),
  reconciled_day BIGINT,
  open_reconciliation_id BYTES,
  open_day BIGINT,
  metadata TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, parent_id) REFERENCES account (organization_id, id),
  CHECK ((open_reconciliation_id IS NULL) = (open_day IS NULL))
) CLUSTERED;
CREATE UNIQUE INDEX account_code ON account (organization_id, code);
CREATE UNIQUE INDEX account_system_role ON account (organization_id, system_role) WHERE system_role IS NOT NULL;

CREATE TABLE contact (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  contact_type KEYTEXT NOT NULL CHECK (contact_type IN ('customer', 'vendor', 'employee', 'other')),
  name TEXT NOT NULL CHECK (name <> ''),
  details TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
) CLUSTERED;
CREATE INDEX contact_list ON contact (organization_id, created_at, id);

CREATE TABLE journal_transaction (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  kind KEYTEXT NOT NULL CHECK (kind IN ('income', 'expense', 'transfer', 'journal')),
  reference_number TEXT,
  description TEXT NOT NULL,
  day BIGINT NOT NULL,
  status KEYTEXT NOT NULL CHECK (status IN ('pending', 'posted', 'failed', 'reversed')),
  total_debits BIGINT NOT NULL CHECK (total_debits >= 0),
  total_credits BIGINT NOT NULL CHECK (total_credits >= 0),
  currency KEYTEXT NOT NULL,
  amount BIGINT NOT NULL,
  contact_id BYTES,
  payment_method TEXT,
  reverses_id BYTES,
  reversed_by_id BYTES,
  created_by BYTES NOT NULL,
  posted_at BIGINT,
  metadata TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
  CHECK (total_debits = total_credits),
  CHECK ((status IN ('posted', 'reversed')) = (posted_at IS NOT NULL)),
  CHECK ((status = 'reversed') = (reversed_by_id IS NOT NULL))
) CLUSTERED;
CREATE INDEX journal_transaction_list ON journal_transaction (organization_id, created_at, id);
CREATE UNIQUE INDEX journal_transaction_reverses ON journal_transaction (organization_id, reverses_id)
  WHERE reverses_id IS NOT NULL;

-- amount is in the account's currency (base where the account has none); line_amount in the line's own.
-- seq numbers the posted entries of an account in the order of posting; a pending transaction's entries have none.
CREATE TABLE entry (
  organization_id BYTES NOT NULL,
  transaction_id BYTES NOT NULL,
  line BIGINT NOT NULL,
  account_id BYTES NOT NULL,
  day BIGINT NOT NULL,
  seq BIGINT CHECK (seq > 0),
  amount BIGINT NOT NULL,
  base_amount BIGINT NOT NULL,
  currency KEYTEXT NOT NULL,
  line_amount BIGINT NOT NULL,
  is_debit BOOLEAN NOT NULL,
  description TEXT,
  reference TEXT,
  tax_code_id BYTES,
  PRIMARY KEY (organization_id, transaction_id, line),
  FOREIGN KEY (organization_id, transaction_id) REFERENCES journal_transaction (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) CLUSTERED;
CREATE UNIQUE INDEX entry_account ON entry (organization_id, account_id, day, seq);

-- What was posted to an account on one day (level 2) and in one month (level 1): a balance as of any day is the months
-- before it and the days of its own month, however many entries there are. entries counts those that are not zero.
CREATE TABLE account_balance (
  organization_id BYTES NOT NULL,
  account_id BYTES NOT NULL,
  level BIGINT NOT NULL CHECK (level IN (1, 2)),
  first_day BIGINT NOT NULL,
  debit BIGINT NOT NULL CHECK (debit >= 0),
  credit BIGINT NOT NULL CHECK (credit >= 0),
  base_debit BIGINT NOT NULL CHECK (base_debit >= 0),
  base_credit BIGINT NOT NULL CHECK (base_credit >= 0),
  entries BIGINT NOT NULL CHECK (entries >= 0),
  PRIMARY KEY (organization_id, account_id, level, first_day),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) CLUSTERED;

CREATE TABLE transfer (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  from_account_id BYTES NOT NULL,
  to_account_id BYTES NOT NULL,
  expense_transaction_id BYTES NOT NULL,
  income_transaction_id BYTES NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency KEYTEXT NOT NULL,
  received BIGINT NOT NULL CHECK (received > 0),
  received_currency KEYTEXT NOT NULL,
  day BIGINT NOT NULL,
  description TEXT,
  reference TEXT,
  metadata TEXT NOT NULL,
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, expense_transaction_id) REFERENCES journal_transaction (organization_id, id),
  FOREIGN KEY (organization_id, income_transaction_id) REFERENCES journal_transaction (organization_id, id),
  CHECK (from_account_id <> to_account_id)
) CLUSTERED;
CREATE INDEX transfer_list ON transfer (organization_id, created_at, id);

-- rate is scaled by 100,000,000.
CREATE TABLE exchange_rate (
  practice_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  from_currency KEYTEXT NOT NULL,
  to_currency KEYTEXT NOT NULL,
  rate BIGINT NOT NULL CHECK (rate > 0),
  day BIGINT NOT NULL,
  source KEYTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (practice_id, id)
) CLUSTERED;
CREATE UNIQUE INDEX exchange_rate_day ON exchange_rate (practice_id, from_currency, to_currency, day, source);

CREATE TABLE draft (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  operation KEYTEXT NOT NULL,
  payload TEXT NOT NULL,
  status KEYTEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
  result_id TEXT,
  reason TEXT,
  created_by BYTES NOT NULL,
  decided_by BYTES,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
) CLUSTERED;
CREATE INDEX draft_list ON draft (organization_id, created_at, id);
