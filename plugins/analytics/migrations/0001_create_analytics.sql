-- Where events come from: a token that may capture, or one of the platform's own sites.
CREATE TABLE IF NOT EXISTS analytics_sites (
    number BIGINT NOT NULL PRIMARY KEY,
    id VARCHAR(36) NOT NULL,
    tenant_id VARCHAR(36) NOT NULL,
    name VARCHAR(200) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS analytics_sites_by_id ON analytics_sites (id);
CREATE INDEX IF NOT EXISTS analytics_sites_by_tenant ON analytics_sites (tenant_id);
REPLACE INTO analytics_sites (number, id, tenant_id, name, created_at) VALUES
    (1, 'landing', '', 'Landing site', 0), (2, 'app', '', 'App', 0), (3, 'server', '', 'Server', 0);

-- Sealed keys of pseudonyms; those of a day go after two days, and with them who was who.
CREATE TABLE IF NOT EXISTS analytics_keys (
    name VARCHAR(40) NOT NULL PRIMARY KEY,
    sealed VARCHAR(400) NOT NULL,
    created_at BIGINT NOT NULL
);

-- Events lie in a table a day, ids that senders gave in a table a day of receipt: a day goes by dropping it.
CREATE TABLE IF NOT EXISTS analytics_day_tables (
    name VARCHAR(60) NOT NULL PRIMARY KEY,
    kind VARCHAR(8) NOT NULL,
    day_at BIGINT NOT NULL
);

-- How far a program's spool has been taken over. The row `turn` is nobody's: who adds to the sums locks it.
CREATE TABLE IF NOT EXISTS analytics_spools (
    node VARCHAR(36) NOT NULL PRIMARY KEY,
    file_number BIGINT NOT NULL,
    byte_offset BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
REPLACE INTO analytics_spools (node, file_number, byte_offset, changed_at) VALUES ('turn', 0, 0, 0);

CREATE TABLE IF NOT EXISTS analytics_visits (
    site BIGINT NOT NULL,
    id BIGINT NOT NULL,
    visitor BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    views BIGINT NOT NULL,
    events BIGINT NOT NULL,
    bot BIGINT NOT NULL,
    entry_path VARCHAR(500) NOT NULL,
    exit_path VARCHAR(500) NOT NULL,
    hostname VARCHAR(100) NOT NULL,
    source VARCHAR(100) NOT NULL,
    medium VARCHAR(100) NOT NULL,
    campaign VARCHAR(100) NOT NULL,
    country VARCHAR(2) NOT NULL,
    browser VARCHAR(40) NOT NULL,
    system_name VARCHAR(40) NOT NULL,
    device VARCHAR(20) NOT NULL,
    PRIMARY KEY (site, id)
);
CREATE INDEX IF NOT EXISTS analytics_visits_by_visitor ON analytics_visits (site, visitor, last_at);
CREATE INDEX IF NOT EXISTS analytics_visits_by_start ON analytics_visits (site, started_at);

-- Sums by the hour: of everything, and by the event's name.
CREATE TABLE IF NOT EXISTS analytics_hours (
    site BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    bot SMALLINT NOT NULL,
    dimension VARCHAR(12) NOT NULL,
    value VARCHAR(500) NOT NULL,
    events BIGINT NOT NULL,
    views BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    bounces BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    visitors BLOB NOT NULL,
    PRIMARY KEY (site, start_at, bot, dimension, value)
);

-- Sums by the day in UTC, by every dimension.
CREATE TABLE IF NOT EXISTS analytics_days (
    site BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    bot SMALLINT NOT NULL,
    dimension VARCHAR(12) NOT NULL,
    value VARCHAR(500) NOT NULL,
    events BIGINT NOT NULL,
    views BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    bounces BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    visitors BLOB NOT NULL,
    PRIMARY KEY (site, start_at, bot, dimension, value)
);
