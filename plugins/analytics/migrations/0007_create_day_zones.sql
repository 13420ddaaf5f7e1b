-- Since when sums by day are cut at the midnights of which time zone. What was there before is cut in UTC.
CREATE TABLE IF NOT EXISTS analytics_day_zones (
    since_at BIGINT NOT NULL PRIMARY KEY,
    zone VARCHAR(64) NOT NULL
);
