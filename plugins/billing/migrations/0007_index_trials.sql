CREATE INDEX IF NOT EXISTS billing_subscriptions_by_trial ON billing_subscriptions (trial_end, id);
CREATE INDEX IF NOT EXISTS billing_counters_by_meter ON billing_counters (meter, period_to);
