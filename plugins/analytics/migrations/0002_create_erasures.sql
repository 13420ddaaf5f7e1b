-- That somebody was forgotten, and how much went with them: the proof holds no id of theirs.
CREATE TABLE IF NOT EXISTS analytics_erasures (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    erased_at BIGINT NOT NULL,
    reason VARCHAR(40) NOT NULL,
    events BIGINT NOT NULL,
    visits BIGINT NOT NULL,
    left_over BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS analytics_erasures_by_time ON analytics_erasures (erased_at, id);
