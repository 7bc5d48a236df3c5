-- Bank lines, statements that contain them, matches. Laid out ahead of their use, so that keys do not move later.

CREATE TABLE source_account (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id KEYTEXT NOT NULL,
  account_id BYTES,
  name TEXT,
  currency KEYTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES account (organization_id, id)
) CLUSTERED;

CREATE TABLE statement (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  source_account_id KEYTEXT NOT NULL,
  first_day BIGINT,
  last_day BIGINT,
  opening BIGINT,
  closing BIGINT,
  source_hash BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, source_account_id) REFERENCES source_account (organization_id, id)
) CLUSTERED;
CREATE UNIQUE INDEX statement_source_hash ON statement (organization_id, source_account_id, source_hash);

CREATE TABLE bank_line (
  organization_id BYTES NOT NULL,
  source_account_id KEYTEXT NOT NULL,
  id BYTES NOT NULL,
  booking_day BIGINT NOT NULL,
  value_day BIGINT,
  amount BIGINT NOT NULL,
  is_pending BOOLEAN NOT NULL,
  bank_id KEYTEXT,
  counterparty TEXT,
  reference TEXT,
  description TEXT,
  check_number TEXT,
  raw TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, source_account_id) REFERENCES source_account (organization_id, id)
) CLUSTERED;
CREATE INDEX bank_line_day ON bank_line (organization_id, source_account_id, booking_day, id);

CREATE TABLE statement_line (
  organization_id BYTES NOT NULL,
  statement_id BYTES NOT NULL,
  position BIGINT NOT NULL,
  bank_line_id BYTES NOT NULL,
  running_balance BIGINT,
  PRIMARY KEY (organization_id, statement_id, position),
  FOREIGN KEY (organization_id, statement_id) REFERENCES statement (organization_id, id),
  FOREIGN KEY (organization_id, bank_line_id) REFERENCES bank_line (organization_id, id)
) CLUSTERED;

CREATE TABLE bank_match (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  state KEYTEXT NOT NULL CHECK (state IN ('proposed', 'confirmed', 'undone')),
  origin KEYTEXT NOT NULL CHECK (origin IN ('rule', 'engine', 'person', 'agent')),
  confidence BIGINT NOT NULL CHECK (confidence BETWEEN 0 AND 1000000),
  proof TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
) CLUSTERED;

CREATE TABLE match_line (
  organization_id BYTES NOT NULL,
  match_id BYTES NOT NULL,
  bank_line_id BYTES NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (organization_id, match_id, bank_line_id),
  FOREIGN KEY (organization_id, match_id) REFERENCES bank_match (organization_id, id),
  FOREIGN KEY (organization_id, bank_line_id) REFERENCES bank_line (organization_id, id)
) CLUSTERED;

CREATE TABLE match_entry (
  organization_id BYTES NOT NULL,
  match_id BYTES NOT NULL,
  transaction_id BYTES NOT NULL,
  line BIGINT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (organization_id, match_id, transaction_id, line),
  FOREIGN KEY (organization_id, match_id) REFERENCES bank_match (organization_id, id),
  FOREIGN KEY (organization_id, transaction_id, line) REFERENCES entry (organization_id, transaction_id, line)
) CLUSTERED;
