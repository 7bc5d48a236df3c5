-- Transactions that close a year: an income statement leaves them out, and their reversals, because they earn nothing.
CREATE TABLE year_close (
  organization_id BYTES NOT NULL,
  transaction_id BYTES NOT NULL,
  day BIGINT NOT NULL,
  PRIMARY KEY (organization_id, transaction_id),
  FOREIGN KEY (organization_id, transaction_id) REFERENCES journal_transaction (organization_id, id)
) CLUSTERED;
