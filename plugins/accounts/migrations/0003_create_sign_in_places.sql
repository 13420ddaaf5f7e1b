-- From where somebody has signed in, as a digest of browser and network: another one is told to them.
CREATE TABLE IF NOT EXISTS accounts_sign_in_places (
    user_id VARCHAR(36) NOT NULL,
    digest VARCHAR(120) NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, digest)
);
CREATE INDEX IF NOT EXISTS accounts_sign_in_places_by_time ON accounts_sign_in_places (seen_at);
