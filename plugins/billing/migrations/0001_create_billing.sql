-- One row a published version of something for sale; the newest of a code is the current one.
CREATE TABLE IF NOT EXISTS billing_catalogue (
    kind VARCHAR(12) NOT NULL,
    code VARCHAR(80) NOT NULL,
    version BIGINT NOT NULL,
    position INTEGER NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by VARCHAR(200) NOT NULL,
    PRIMARY KEY (kind, code, version)
);
-- Counts publications: a process reads the catalogue again when it moved.
CREATE TABLE IF NOT EXISTS billing_catalogue_revision (
    id INTEGER NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS billing_coupon_counts (
    coupon VARCHAR(80) NOT NULL PRIMARY KEY,
    redeemed BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS billing_number_series (
    name VARCHAR(40) NOT NULL PRIMARY KEY,
    pattern VARCHAR(80) NOT NULL,
    next_number BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS billing_accounts (
    tenant_id VARCHAR(36) NOT NULL PRIMARY KEY,
    currency VARCHAR(3) NOT NULL,
    version BIGINT NOT NULL,
    next_due_at BIGINT,
    claimed_by VARCHAR(36) NOT NULL,
    claimed_until_at BIGINT NOT NULL,
    parked_at BIGINT,
    parked_reason VARCHAR(500) NOT NULL,
    test_now_at BIGINT,
    referral_code VARCHAR(24),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_accounts_by_due ON billing_accounts (next_due_at, tenant_id);
CREATE INDEX IF NOT EXISTS billing_accounts_by_claim ON billing_accounts (claimed_by, tenant_id);
CREATE INDEX IF NOT EXISTS billing_accounts_by_parked ON billing_accounts (parked_at);
CREATE UNIQUE INDEX IF NOT EXISTS billing_accounts_by_referral ON billing_accounts (referral_code);

CREATE TABLE IF NOT EXISTS billing_subscriptions (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    state VARCHAR(20) NOT NULL,
    plan VARCHAR(80) NOT NULL,
    period_unit VARCHAR(20) NOT NULL,
    quantity BIGINT NOT NULL,
    overdue VARCHAR(12) NOT NULL,
    started_on INTEGER NOT NULL,
    period_from INTEGER NOT NULL,
    period_to INTEGER NOT NULL,
    trial_end INTEGER,
    cancel_on INTEGER,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_subscriptions_by_tenant ON billing_subscriptions (tenant_id, id);
CREATE INDEX IF NOT EXISTS billing_subscriptions_by_state ON billing_subscriptions (state, id);
CREATE INDEX IF NOT EXISTS billing_subscriptions_by_plan ON billing_subscriptions (plan, id);

-- watched_until: the last day on which the engine still needs the document.
CREATE TABLE IF NOT EXISTS billing_invoices (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    n BIGINT NOT NULL,
    number VARCHAR(80) NOT NULL,
    state VARCHAR(14) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    issued_on INTEGER NOT NULL,
    due_on INTEGER NOT NULL,
    total BIGINT NOT NULL,
    amount_paid BIGINT NOT NULL,
    amount_due BIGINT NOT NULL,
    refused_on INTEGER,
    watched_until INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS billing_invoices_by_n ON billing_invoices (tenant_id, n);
CREATE UNIQUE INDEX IF NOT EXISTS billing_invoices_by_number ON billing_invoices (number);
CREATE INDEX IF NOT EXISTS billing_invoices_by_watch ON billing_invoices (tenant_id, watched_until);
CREATE INDEX IF NOT EXISTS billing_invoices_by_refusal ON billing_invoices (refused_on, id);

CREATE TABLE IF NOT EXISTS billing_invoice_lines (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    invoice_id VARCHAR(36) NOT NULL,
    position INTEGER NOT NULL,
    type VARCHAR(20) NOT NULL,
    code VARCHAR(80) NOT NULL,
    covers_from INTEGER NOT NULL,
    covers_to INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    discount BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_invoice_lines_by_invoice ON billing_invoice_lines (tenant_id, invoice_id, position);

CREATE TABLE IF NOT EXISTS billing_credit_notes (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    invoice_id VARCHAR(36) NOT NULL,
    number VARCHAR(80) NOT NULL,
    issued_on INTEGER NOT NULL,
    total BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS billing_credit_notes_by_number ON billing_credit_notes (number);
CREATE INDEX IF NOT EXISTS billing_credit_notes_by_invoice ON billing_credit_notes (tenant_id, invoice_id);

-- provider, method_id and page: how the money was asked for; the rest is the engine's.
CREATE TABLE IF NOT EXISTS billing_payments (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    invoice_id VARCHAR(36) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    status VARCHAR(14) NOT NULL,
    amount BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    reference VARCHAR(200) NOT NULL,
    code VARCHAR(80) NOT NULL,
    hard SMALLINT NOT NULL,
    body TEXT NOT NULL,
    provider VARCHAR(80) NOT NULL DEFAULT '',
    method_id VARCHAR(36) NOT NULL DEFAULT '',
    on_page SMALLINT NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS billing_payments_by_tenant ON billing_payments (tenant_id, id);
CREATE INDEX IF NOT EXISTS billing_payments_by_invoice ON billing_payments (tenant_id, invoice_id);
CREATE INDEX IF NOT EXISTS billing_payments_by_status ON billing_payments (status, id);
CREATE INDEX IF NOT EXISTS billing_payments_by_reference ON billing_payments (reference);

CREATE TABLE IF NOT EXISTS billing_grants (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    remaining BIGINT NOT NULL,
    expires_on INTEGER,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_grants_by_tenant ON billing_grants (tenant_id, remaining);
CREATE TABLE IF NOT EXISTS billing_credit_entries (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    made_on INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_credit_entries_by_tenant ON billing_credit_entries (tenant_id, id);
CREATE TABLE IF NOT EXISTS billing_redemptions (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    coupon VARCHAR(80) NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_redemptions_by_tenant ON billing_redemptions (tenant_id, coupon);

CREATE TABLE IF NOT EXISTS billing_counters (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    subscription_id VARCHAR(36) NOT NULL,
    meter VARCHAR(80) NOT NULL,
    period_from INTEGER NOT NULL,
    period_to INTEGER NOT NULL,
    used BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    closed SMALLINT NOT NULL,
    watched SMALLINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS billing_counters_by_period
    ON billing_counters (tenant_id, meter, subscription_id, period_from);
CREATE TABLE IF NOT EXISTS billing_reservations (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    counter_id VARCHAR(36) NOT NULL,
    meter VARCHAR(80) NOT NULL,
    quantity BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_reservations_by_expiry ON billing_reservations (expires_at);
CREATE TABLE IF NOT EXISTS billing_warnings (
    counter_id VARCHAR(36) NOT NULL,
    percent INTEGER NOT NULL,
    limit_value BIGINT NOT NULL,
    tenant_id VARCHAR(36) NOT NULL,
    PRIMARY KEY (counter_id, percent, limit_value)
);

CREATE TABLE IF NOT EXISTS billing_pending_changes (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    expires_at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_pending_changes_by_tenant ON billing_pending_changes (tenant_id);
-- kind: command or usage. answer: what a program was told, so that it is told the same again.
CREATE TABLE IF NOT EXISTS billing_seen_keys (
    tenant_id VARCHAR(36) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    seen_key VARCHAR(255) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    answer TEXT,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, seen_key)
);
CREATE INDEX IF NOT EXISTS billing_seen_keys_by_time ON billing_seen_keys (made_at);

-- Append only.
CREATE TABLE IF NOT EXISTS billing_postings (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    batch_id VARCHAR(36) NOT NULL,
    account VARCHAR(20) NOT NULL,
    amount BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    posted_on INTEGER NOT NULL,
    source VARCHAR(16) NOT NULL,
    source_id VARCHAR(36) NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_postings_by_tenant ON billing_postings (tenant_id, id);
CREATE INDEX IF NOT EXISTS billing_postings_by_account ON billing_postings (currency, account, amount);
CREATE TABLE IF NOT EXISTS billing_movements (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    kind VARCHAR(14) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    moved_on INTEGER NOT NULL,
    amount VARCHAR(60) NOT NULL,
    rounded BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_movements_by_day ON billing_movements (moved_on, id);

CREATE TABLE IF NOT EXISTS billing_methods (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    provider VARCHAR(80) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    token VARCHAR(2000) NOT NULL,
    customer VARCHAR(200) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    brand VARCHAR(40) NOT NULL,
    last4 VARCHAR(4) NOT NULL,
    exp_month INTEGER NOT NULL,
    exp_year INTEGER NOT NULL,
    is_default SMALLINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS billing_methods_by_token ON billing_methods (tenant_id, provider, digest);
-- A page where a method is saved without paying: whose it is, when the notice comes.
CREATE TABLE IF NOT EXISTS billing_setups (
    reference VARCHAR(64) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    provider VARCHAR(80) NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS billing_gift_codes (
    code_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    state VARCHAR(10) NOT NULL,
    expires_on INTEGER,
    made_at BIGINT NOT NULL,
    redeemed_by VARCHAR(36)
);

-- Notices of providers as they came. A body that is longer than 60,000 bytes goes on in the parts.
CREATE TABLE IF NOT EXISTS billing_notices (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    provider VARCHAR(80) NOT NULL,
    event_id VARCHAR(200) NOT NULL,
    type VARCHAR(120) NOT NULL,
    status VARCHAR(10) NOT NULL,
    deliveries BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    problem VARCHAR(500) NOT NULL,
    query_string VARCHAR(2000) NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS billing_notices_by_event ON billing_notices (provider, event_id);
CREATE INDEX IF NOT EXISTS billing_notices_by_work ON billing_notices (status, next_try_at, id);
CREATE INDEX IF NOT EXISTS billing_notices_by_time ON billing_notices (provider, id);
CREATE TABLE IF NOT EXISTS billing_notice_parts (
    notice_id VARCHAR(36) NOT NULL,
    part INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (notice_id, part)
);
