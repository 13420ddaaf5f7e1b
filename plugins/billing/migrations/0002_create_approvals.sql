-- What one member of staff asked for and another has to agree to.
CREATE TABLE IF NOT EXISTS billing_approvals (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    title VARCHAR(300) NOT NULL,
    page VARCHAR(300) NOT NULL,
    payload TEXT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    amount BIGINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    asked_by VARCHAR(36) NOT NULL,
    asked_label VARCHAR(300) NOT NULL,
    reason VARCHAR(300) NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by VARCHAR(36) NOT NULL,
    decided_label VARCHAR(300) NOT NULL,
    decision_reason VARCHAR(300) NOT NULL,
    decided_at BIGINT
);
CREATE INDEX IF NOT EXISTS billing_approvals_by_state ON billing_approvals (state, id);
-- What reports look for: trials by their end, refused payments by their time.
CREATE INDEX IF NOT EXISTS billing_subscriptions_by_trial ON billing_subscriptions (trial_end, id);
CREATE INDEX IF NOT EXISTS billing_subscriptions_by_end ON billing_subscriptions (period_unit, period_to, id);
CREATE INDEX IF NOT EXISTS billing_payments_by_time ON billing_payments (status, started_at);
