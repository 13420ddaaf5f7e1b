-- Midnight in Colombo, Kolkata or Tehran lies within an hour: its halves, summed as hours are.
CREATE TABLE IF NOT EXISTS analytics_half_hours (
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
