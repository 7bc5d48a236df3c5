-- Jobs keep their place (checkpoint) and what came of them (result). Only what waits or runs is looked through for work.
ALTER TABLE job ADD COLUMN checkpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN result TEXT;
DROP INDEX job_due;
CREATE INDEX job_due ON job (run_at, id) WHERE state IN ('queued', 'running');
CREATE INDEX job_list ON job (organization_id, created_at, id);
