-- Changes that wait for a second person; the edits lie in parts.
CREATE TABLE IF NOT EXISTS flags_requests (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    state VARCHAR(12) NOT NULL,
    environment VARCHAR(40) NOT NULL,
    project VARCHAR(40) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    name VARCHAR(255) NOT NULL,
    action VARCHAR(60) NOT NULL,
    reason VARCHAR(300) NOT NULL,
    actor_id VARCHAR(36) NOT NULL,
    actor_label VARCHAR(400) NOT NULL,
    created_at BIGINT NOT NULL,
    decided_by VARCHAR(400) NOT NULL,
    decided_at BIGINT
);
CREATE INDEX IF NOT EXISTS flags_requests_by_state ON flags_requests (state, created_at);

CREATE TABLE IF NOT EXISTS flags_request_parts (
    request_id VARCHAR(36) NOT NULL,
    part INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (request_id, part)
);

CREATE TABLE IF NOT EXISTS flags_request_comments (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    request_id VARCHAR(36) NOT NULL,
    actor_label VARCHAR(400) NOT NULL,
    text TEXT NOT NULL,
    written_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS flags_request_comments_by_request ON flags_request_comments (request_id, written_at);
