-- Renewals that a provider takes by itself. `ending`: it is told to stop, again until it has.
-- instalments: how many of its payments have been counted.
CREATE TABLE IF NOT EXISTS billing_provider_runs (
    provider VARCHAR(80) NOT NULL,
    reference VARCHAR(120) NOT NULL,
    tenant_id VARCHAR(36) NOT NULL,
    subscription_id VARCHAR(36) NOT NULL,
    state VARCHAR(10) NOT NULL,
    instalments INTEGER NOT NULL,
    next_charge_at BIGINT,
    next_try_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (provider, reference)
);
CREATE INDEX IF NOT EXISTS billing_provider_runs_by_state ON billing_provider_runs (state, next_try_at);
CREATE INDEX IF NOT EXISTS billing_provider_runs_by_tenant ON billing_provider_runs (tenant_id, started_at);
