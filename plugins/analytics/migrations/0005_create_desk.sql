-- What staff keep for themselves: filters with a name, notes in charts, bounds that are watched, reports by mail.
CREATE TABLE IF NOT EXISTS analytics_segments (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    filters VARCHAR(1000) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS analytics_segments_by_name ON analytics_segments (name);
CREATE TABLE IF NOT EXISTS analytics_annotations (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    day_at BIGINT NOT NULL,
    words VARCHAR(300) NOT NULL,
    author VARCHAR(200) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS analytics_annotations_by_day ON analytics_annotations (day_at, id);
CREATE TABLE IF NOT EXISTS analytics_alerts (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    metric VARCHAR(12) NOT NULL,
    event VARCHAR(200) NOT NULL,
    site VARCHAR(36) NOT NULL,
    hours BIGINT NOT NULL,
    is_above SMALLINT NOT NULL,
    bound BIGINT NOT NULL,
    is_crossed SMALLINT NOT NULL,
    value BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS analytics_alerts_by_name ON analytics_alerts (name);
CREATE TABLE IF NOT EXISTS analytics_mailings (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tab VARCHAR(20) NOT NULL,
    days BIGINT NOT NULL,
    address VARCHAR(254) NOT NULL,
    locale VARCHAR(10) NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS analytics_mailings_by_next ON analytics_mailings (next_at, id);
