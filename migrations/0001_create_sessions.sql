-- Who is signed in. The token itself is nowhere: its digest finds the row.
CREATE TABLE IF NOT EXISTS core_sessions (
    id CHAR(36) NOT NULL PRIMARY KEY,
    token_digest CHAR(43) NOT NULL,
    site VARCHAR(10) NOT NULL,
    subject VARCHAR(64) NOT NULL,
    tenant VARCHAR(36) NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    remember SMALLINT NOT NULL,
    address VARCHAR(64) NOT NULL,
    user_agent VARCHAR(300) NOT NULL,
    facts TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS core_sessions_by_token ON core_sessions (token_digest);
CREATE INDEX IF NOT EXISTS core_sessions_by_subject ON core_sessions (site, subject, seen_at);
CREATE INDEX IF NOT EXISTS core_sessions_by_end ON core_sessions (expires_at);

-- Failed sign-ins of one account or from one address: a row each, by digest of what was tried.
CREATE TABLE IF NOT EXISTS core_login_failures (
    id CHAR(43) NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS core_login_failures_by_time ON core_login_failures (last_failed_at);
