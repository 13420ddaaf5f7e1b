-- Pages ask for one dimension over many days: its counts lie together here, without the sketches beside them.
CREATE INDEX IF NOT EXISTS analytics_days_by_dimension ON analytics_days
    (site, dimension, start_at, bot, value, events, views, visits);
CREATE INDEX IF NOT EXISTS analytics_hours_by_value ON analytics_hours (site, dimension, value, start_at);
