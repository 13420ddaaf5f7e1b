-- What was sent to PayHere, written before it left: it has no idempotency keys of its own.
CREATE TABLE IF NOT EXISTS payhere_attempts (
    operation VARCHAR(250) NOT NULL PRIMARY KEY,
    state VARCHAR(20) NOT NULL,
    provider_id VARCHAR(64) NOT NULL,
    code VARCHAR(100) NOT NULL,
    message VARCHAR(500) NOT NULL,
    started_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS payhere_attempts_by_time ON payhere_attempts (started_at);
