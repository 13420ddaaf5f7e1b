-- Definitions as they came, one row a flag or segment; the text lies in parts, as long as it may be.
CREATE TABLE IF NOT EXISTS flags_items (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    environment VARCHAR(40) NOT NULL,
    project VARCHAR(40) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    name VARCHAR(255) NOT NULL,
    place BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS flags_items_by_name ON flags_items (environment, project, kind, name);
CREATE INDEX IF NOT EXISTS flags_items_by_place ON flags_items (environment, project, place);

CREATE TABLE IF NOT EXISTS flags_item_parts (
    item_id VARCHAR(36) NOT NULL,
    part INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (item_id, part)
);

-- Grows with every change: what a running server compares.
CREATE TABLE IF NOT EXISTS flags_revisions (
    environment VARCHAR(40) NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Who changed which flag when; the texts before and after lie in parts.
CREATE TABLE IF NOT EXISTS flags_history (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    environment VARCHAR(40) NOT NULL,
    project VARCHAR(40) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    name VARCHAR(255) NOT NULL,
    revision BIGINT NOT NULL,
    actor_kind VARCHAR(12) NOT NULL,
    actor_id VARCHAR(36) NOT NULL,
    actor_label VARCHAR(400) NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS flags_history_by_name ON flags_history (environment, project, kind, name, changed_at);

CREATE TABLE IF NOT EXISTS flags_history_parts (
    history_id VARCHAR(36) NOT NULL,
    side VARCHAR(6) NOT NULL,
    part INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (history_id, side, part)
);

-- How often programs asked, by the hour, as they report it.
CREATE TABLE IF NOT EXISTS flags_usage (
    environment VARCHAR(40) NOT NULL,
    name VARCHAR(255) NOT NULL,
    app_name VARCHAR(120) NOT NULL,
    hour_at BIGINT NOT NULL,
    yes_count BIGINT NOT NULL,
    no_count BIGINT NOT NULL,
    PRIMARY KEY (environment, name, app_name, hour_at)
);

-- Programs that use the client interface.
CREATE TABLE IF NOT EXISTS flags_programs (
    environment VARCHAR(40) NOT NULL,
    app_name VARCHAR(120) NOT NULL,
    sdk VARCHAR(120) NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (environment, app_name, sdk)
);
