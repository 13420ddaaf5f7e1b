-- Which version of its plan a subscription is on: whoever had one keeps what was published then.
ALTER TABLE billing_subscriptions ADD COLUMN plan_version BIGINT NOT NULL DEFAULT 0;
UPDATE billing_subscriptions SET plan_version = COALESCE((SELECT MAX(c.version) FROM billing_catalogue c WHERE
    c.kind = 'plan' AND c.code = billing_subscriptions.plan), 0);
CREATE INDEX IF NOT EXISTS billing_subscriptions_by_version ON billing_subscriptions (plan, plan_version, id);
