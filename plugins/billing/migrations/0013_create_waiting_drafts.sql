-- The invoices of boundaries that are not final yet; their lines are looked for when somebody asks.
CREATE TABLE IF NOT EXISTS billing_waiting_drafts (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    subscription_id VARCHAR(36) NOT NULL,
    begins_on INT NOT NULL,
    final_on INT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_waiting_drafts_by_tenant ON billing_waiting_drafts (tenant_id);
CREATE INDEX IF NOT EXISTS billing_waiting_drafts_by_day ON billing_waiting_drafts (final_on, id);
