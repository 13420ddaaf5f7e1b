-- Where events also go: what was sent, and when to try again after a failure.
CREATE TABLE IF NOT EXISTS analytics_sinks (
    name VARCHAR(60) NOT NULL PRIMARY KEY,
    is_on SMALLINT NOT NULL,
    sent BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    retry_at BIGINT NOT NULL,
    message VARCHAR(400) NOT NULL,
    changed_at BIGINT NOT NULL
);

-- How far each program's spool has been sent.
CREATE TABLE IF NOT EXISTS analytics_sink_cursors (
    name VARCHAR(60) NOT NULL,
    node VARCHAR(36) NOT NULL,
    file_number BIGINT NOT NULL,
    byte_offset BIGINT NOT NULL,
    PRIMARY KEY (name, node)
);
