-- How often programs gave which variant, by the hour, as they report it. The empty variant is all that the flag
-- does not have: names come from outside, and rows must not be as many as somebody likes.
CREATE TABLE IF NOT EXISTS flags_variant_usage (
    environment VARCHAR(40) NOT NULL,
    name VARCHAR(255) NOT NULL,
    app_name VARCHAR(120) NOT NULL,
    variant VARCHAR(255) NOT NULL,
    hour_at BIGINT NOT NULL,
    given_count BIGINT NOT NULL,
    PRIMARY KEY (environment, name, app_name, variant, hour_at)
);
-- What is old goes, by the hour it is of.
CREATE INDEX IF NOT EXISTS flags_variant_usage_by_hour ON flags_variant_usage (hour_at);
CREATE INDEX IF NOT EXISTS flags_usage_by_hour ON flags_usage (hour_at);
