-- How an experiment's people should fall to its variants, where they do not share evenly.
CREATE TABLE IF NOT EXISTS analytics_splits (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    flag VARCHAR(255) NOT NULL,
    weights VARCHAR(1000) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS analytics_splits_by_flag ON analytics_splits (flag);
