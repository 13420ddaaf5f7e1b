-- What a visitor chose on the price list before the tenant was there: a wish, not a subscription.
CREATE TABLE IF NOT EXISTS billing_chosen_plans (
    tenant_id VARCHAR(36) NOT NULL PRIMARY KEY,
    plan VARCHAR(64) NOT NULL,
    billing_interval VARCHAR(16) NOT NULL,
    chosen_at BIGINT NOT NULL
);
