-- Work that can wait. `state` is later, ready, running, failed or done. `due_at` is when
-- something has to happen to the row next: later: it becomes ready; running: its lease ends;
-- failed and done: it may be deleted. Lower `precedence` goes first.
CREATE TABLE IF NOT EXISTS core_jobs (
  id CHAR(36) NOT NULL PRIMARY KEY,
  kind VARCHAR(120) NOT NULL,
  state VARCHAR(10) NOT NULL,
  tenant VARCHAR(36) NOT NULL,
  payload TEXT NOT NULL,
  precedence INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  most_attempts INTEGER NOT NULL,
  unique_key VARCHAR(190) NULL,
  live_key VARCHAR(190) NULL,
  lease CHAR(36) NULL,
  run_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT NULL,
  finished_at BIGINT NULL,
  error VARCHAR(500) NOT NULL
);
CREATE INDEX IF NOT EXISTS core_jobs_turn ON core_jobs (state, kind, precedence, due_at);
CREATE INDEX IF NOT EXISTS core_jobs_due ON core_jobs (state, due_at);
CREATE INDEX IF NOT EXISTS core_jobs_list ON core_jobs (state, id);
-- live_key is the unique key while the job waits or runs, and NULL afterwards.
CREATE UNIQUE INDEX IF NOT EXISTS core_jobs_live ON core_jobs (kind, live_key);

CREATE TABLE IF NOT EXISTS core_schedules (
  name VARCHAR(120) NOT NULL PRIMARY KEY,
  kind VARCHAR(120) NOT NULL,
  payload TEXT NOT NULL,
  every_ms BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  last_at BIGINT NULL,
  paused SMALLINT NOT NULL
);
