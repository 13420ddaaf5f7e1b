-- Ids that were forgotten, as digests with a key: what comes late with one of them is dropped.
CREATE TABLE IF NOT EXISTS analytics_tombstones (
    digest BINARY(16) NOT NULL PRIMARY KEY,
    erased_at BIGINT NOT NULL
);
