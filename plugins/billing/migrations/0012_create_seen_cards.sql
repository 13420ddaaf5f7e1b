-- Whose card it was, also after the method is removed: two tenants with one card are the same people.
CREATE TABLE IF NOT EXISTS billing_seen_cards (
    tenant_id VARCHAR(36) NOT NULL,
    card_digest VARCHAR(64) NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, card_digest)
);
ALTER TABLE billing_referrals ADD COLUMN reason VARCHAR(20) NOT NULL DEFAULT '';
