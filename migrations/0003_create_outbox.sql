-- Events that may not be lost. An event is written in its publisher's transaction without a
-- position; once that is committed, it gets the next one. So a cursor never passes a row that
-- becomes visible later.
CREATE TABLE IF NOT EXISTS core_outbox_events (
  id CHAR(36) NOT NULL PRIMARY KEY,
  position BIGINT NULL,
  type VARCHAR(160) NOT NULL,
  tenant VARCHAR(36) NOT NULL,
  publisher VARCHAR(100) NOT NULL,
  hop INTEGER NOT NULL,
  occurred_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS core_outbox_events_position ON core_outbox_events (position);
CREATE INDEX IF NOT EXISTS core_outbox_events_type ON core_outbox_events (type, position);
CREATE INDEX IF NOT EXISTS core_outbox_events_age ON core_outbox_events (recorded_at);

-- One row: the last position given. Who holds its lock gives positions.
CREATE TABLE IF NOT EXISTS core_outbox_sequence (
  id SMALLINT NOT NULL PRIMARY KEY,
  last_position BIGINT NOT NULL
);
DELETE FROM core_outbox_sequence WHERE id = 1;
INSERT INTO core_outbox_sequence (id, last_position) VALUES (1, 0);

-- How far each subscriber is, and which host serves it at the moment. `lease` grows with each
-- change of hands, so that a host which lost it cannot move the cursor.
CREATE TABLE IF NOT EXISTS core_outbox_cursors (
  subscriber VARCHAR(120) NOT NULL PRIMARY KEY,
  type VARCHAR(160) NOT NULL,
  position BIGINT NOT NULL,
  lease BIGINT NOT NULL,
  owner CHAR(36) NULL,
  leased_until_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS core_outbox_cursors_type ON core_outbox_cursors (type, position);

-- What a subscriber could not handle. next_at set: tried again then. Neither set: waits behind
-- an earlier event of its tenant. parked_at set: a dead letter, until somebody replays it.
CREATE TABLE IF NOT EXISTS core_outbox_retries (
  id CHAR(36) NOT NULL PRIMARY KEY,
  subscriber VARCHAR(120) NOT NULL,
  event_id CHAR(36) NOT NULL,
  position BIGINT NOT NULL,
  tenant VARCHAR(36) NOT NULL,
  attempts INTEGER NOT NULL,
  next_at BIGINT NULL,
  parked_at BIGINT NULL,
  error VARCHAR(500) NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS core_outbox_retries_event ON core_outbox_retries (event_id, subscriber);
CREATE INDEX IF NOT EXISTS core_outbox_retries_next ON core_outbox_retries (subscriber, next_at);
CREATE INDEX IF NOT EXISTS core_outbox_retries_order ON core_outbox_retries (subscriber, tenant, position);
