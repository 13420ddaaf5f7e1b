-- Who came (tenant_id) by whose link, and what became of it. look_at: when to decide next.
CREATE TABLE IF NOT EXISTS billing_referrals (
    tenant_id VARCHAR(36) NOT NULL PRIMARY KEY,
    referrer_id VARCHAR(36) NOT NULL,
    state VARCHAR(10) NOT NULL,
    invoice_id VARCHAR(36) NOT NULL,
    began_at BIGINT NOT NULL,
    look_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_referrals_by_look ON billing_referrals (state, look_at);
CREATE INDEX IF NOT EXISTS billing_referrals_by_referrer ON billing_referrals (referrer_id, began_at);
