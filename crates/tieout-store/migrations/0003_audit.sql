-- The audit chain, repeated commands, background jobs.

CREATE TABLE audit_head (
  organization_id BYTES NOT NULL PRIMARY KEY REFERENCES organization (id),
  seq BIGINT NOT NULL CHECK (seq >= 0),
  hash BYTES NOT NULL
);

CREATE TABLE event (
  organization_id BYTES NOT NULL REFERENCES audit_head (organization_id),
  seq BIGINT NOT NULL CHECK (seq > 0),
  id BYTES NOT NULL,
  entity_type KEYTEXT NOT NULL,
  entity_id KEYTEXT NOT NULL,
  event_type KEYTEXT NOT NULL,
  description TEXT NOT NULL,
  user_id BYTES NOT NULL,
  api_key_id BYTES,
  ip_address TEXT,
  user_agent TEXT,
  change TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  hash BYTES NOT NULL,
  PRIMARY KEY (organization_id, seq)
) CLUSTERED;
CREATE INDEX event_entity ON event (organization_id, entity_id, seq);

CREATE TABLE signing_key (
  id BYTES NOT NULL PRIMARY KEY,
  public_key BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  retired_at BIGINT
);

CREATE TABLE signed_head (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  seq BIGINT NOT NULL,
  hash BYTES NOT NULL,
  signed_at BIGINT NOT NULL,
  key_id BYTES NOT NULL REFERENCES signing_key (id),
  signature BYTES NOT NULL,
  PRIMARY KEY (organization_id, seq, key_id)
) CLUSTERED;

CREATE TABLE repeated_command (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  api_key_id BYTES NOT NULL,
  command_key KEYTEXT NOT NULL,
  fingerprint BYTES NOT NULL,
  reply TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, api_key_id, command_key)
) CLUSTERED;
CREATE INDEX repeated_command_created ON repeated_command (organization_id, created_at);

CREATE TABLE job (
  organization_id BYTES NOT NULL REFERENCES organization (id),
  id BYTES NOT NULL,
  kind KEYTEXT NOT NULL,
  payload TEXT NOT NULL,
  state KEYTEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'cancelled')),
  run_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  lease BYTES,
  attempts BIGINT NOT NULL,
  max_attempts BIGINT NOT NULL,
  dedup_key KEYTEXT,
  progress BIGINT NOT NULL,
  problem TEXT,
  created_by BYTES NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  CHECK ((state = 'running') = (lease IS NOT NULL))
) CLUSTERED;
CREATE INDEX job_due ON job (state, run_at);
CREATE UNIQUE INDEX job_dedup ON job (organization_id, kind, dedup_key)
  WHERE dedup_key IS NOT NULL AND state IN ('queued', 'running');
