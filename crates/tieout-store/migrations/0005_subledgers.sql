-- What was imported and from where, open items and their payments, tax codes, revaluations.

-- One run of an import that added something.
CREATE TABLE book_import (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  kind KEYTEXT NOT NULL CHECK (kind IN ('chart', 'transactions', 'open_items')),
  source KEYTEXT NOT NULL,
  file_name TEXT NOT NULL,
  format KEYTEXT NOT NULL,
  digest BYTES NOT NULL,
  found BIGINT NOT NULL CHECK (found >= 0),
  added BIGINT NOT NULL CHECK (added >= 0),
  known BIGINT NOT NULL CHECK (known >= 0),
  refused BIGINT NOT NULL CHECK (refused >= 0),
  accounts_added BIGINT NOT NULL CHECK (accounts_added >= 0),
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
) CLUSTERED;
CREATE INDEX book_import_list ON book_import (organization_id, created_at, id);

-- identity is a hash of the source's own id of the transaction, or of what it says and how many like it came before in
-- the file; content is a hash of what it says.
CREATE TABLE imported_transaction (
  organization_id BYTES NOT NULL,
  source KEYTEXT NOT NULL,
  identity BYTES NOT NULL,
  content BYTES NOT NULL,
  day BIGINT NOT NULL,
  transaction_id BYTES NOT NULL,
  import_id BYTES NOT NULL,
  PRIMARY KEY (organization_id, source, identity),
  FOREIGN KEY (organization_id, transaction_id) REFERENCES journal_transaction (organization_id, id),
  FOREIGN KEY (organization_id, import_id) REFERENCES book_import (organization_id, id)
) CLUSTERED;
CREATE INDEX imported_transaction_day ON imported_transaction (organization_id, source, day);

-- settled is settled_before, which was paid before the item came here, and the sum of the payments that were not undone.
-- number_key is the number, of a bill with its vendor.
CREATE TABLE open_item (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  kind KEYTEXT NOT NULL CHECK (kind IN ('invoice', 'bill')),
  number TEXT NOT NULL CHECK (number <> ''),
  number_key KEYTEXT NOT NULL,
  contact_id BYTES,
  account_id BYTES NOT NULL,
  issue_day BIGINT NOT NULL,
  due_day BIGINT,
  currency KEYTEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  base_amount BIGINT NOT NULL CHECK (base_amount >= 0),
  settled BIGINT NOT NULL CHECK (settled BETWEEN 0 AND amount),
  settled_before BIGINT NOT NULL CHECK (settled_before BETWEEN 0 AND settled),
  is_void BOOLEAN NOT NULL,
  reference TEXT,
  description TEXT,
  metadata TEXT NOT NULL,
  transaction_id BYTES,
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, contact_id) REFERENCES contact (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, transaction_id) REFERENCES journal_transaction (organization_id, id),
  CHECK (NOT is_void OR settled = settled_before)
) CLUSTERED;
CREATE UNIQUE INDEX open_item_number_key ON open_item (organization_id, kind, number_key) WHERE NOT is_void;
CREATE INDEX open_item_list ON open_item (organization_id, created_at, id);
CREATE INDEX open_item_transaction ON open_item (organization_id, transaction_id) WHERE transaction_id IS NOT NULL;

-- paid and discount together settle the item; base_amount is what they relieve the control account of in base currency.
CREATE TABLE item_payment (
  organization_id BYTES NOT NULL,
  id BYTES NOT NULL,
  item_id BYTES NOT NULL,
  transaction_id BYTES NOT NULL,
  line BIGINT NOT NULL,
  day BIGINT NOT NULL,
  paid BIGINT NOT NULL CHECK (paid >= 0),
  discount BIGINT NOT NULL CHECK (discount >= 0),
  base_amount BIGINT NOT NULL CHECK (base_amount >= 0),
  is_booked BOOLEAN NOT NULL,
  undone_at BIGINT,
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, item_id) REFERENCES open_item (organization_id, id),
  FOREIGN KEY (organization_id, transaction_id, line) REFERENCES entry (organization_id, transaction_id, line),
  CHECK (paid + discount > 0)
) CLUSTERED;
CREATE INDEX item_payment_item ON item_payment (organization_id, item_id, created_at, id);
CREATE INDEX item_payment_transaction ON item_payment (organization_id, transaction_id, line);

CREATE TABLE tax_code (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  code KEYTEXT NOT NULL CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  kind KEYTEXT NOT NULL CHECK (kind IN ('inclusive', 'exclusive', 'withheld', 'reverse_charge')),
  is_archived BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
) CLUSTERED;
CREATE UNIQUE INDEX tax_code_code ON tax_code (organization_id, code);

-- rate_ppm is in millionths. Of a reverse charge account_id is what the tax may be deducted on, contra_account_id what
-- it is owed on.
CREATE TABLE tax_rate (
  organization_id BYTES NOT NULL,
  tax_code_id BYTES NOT NULL,
  position BIGINT NOT NULL,
  name TEXT NOT NULL,
  rate_ppm BIGINT NOT NULL CHECK (rate_ppm BETWEEN 0 AND 10000000),
  account_id BYTES NOT NULL,
  contra_account_id BYTES,
  PRIMARY KEY (organization_id, tax_code_id, position),
  FOREIGN KEY (organization_id, tax_code_id) REFERENCES tax_code (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id),
  FOREIGN KEY (organization_id, contra_account_id) REFERENCES account (organization_id, id)
) CLUSTERED;

-- gain is in base currency; less than zero is a loss.
CREATE TABLE revaluation (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  day BIGINT NOT NULL,
  transaction_id BYTES NOT NULL,
  reversal_id BYTES,
  gain BIGINT NOT NULL,
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, transaction_id) REFERENCES journal_transaction (organization_id, id),
  FOREIGN KEY (organization_id, reversal_id) REFERENCES journal_transaction (organization_id, id)
) CLUSTERED;
CREATE INDEX revaluation_list ON revaluation (organization_id, created_at, id);
