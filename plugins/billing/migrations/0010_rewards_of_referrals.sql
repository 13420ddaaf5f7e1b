-- What each side was given, for staff to see and to take back exactly.
ALTER TABLE billing_referrals ADD COLUMN came_reward BIGINT NOT NULL DEFAULT 0;
ALTER TABLE billing_referrals ADD COLUMN came_currency VARCHAR(3) NOT NULL DEFAULT '';
ALTER TABLE billing_referrals ADD COLUMN brought_reward BIGINT NOT NULL DEFAULT 0;
ALTER TABLE billing_referrals ADD COLUMN brought_currency VARCHAR(3) NOT NULL DEFAULT '';
CREATE INDEX IF NOT EXISTS billing_referrals_by_day ON billing_referrals (began_at, tenant_id);
