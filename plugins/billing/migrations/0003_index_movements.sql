-- Revenue is summed over all movements there are: from these alone, in the order of the sums.
CREATE INDEX IF NOT EXISTS billing_movements_by_amount ON billing_movements (currency, kind, amount, moved_on);
CREATE INDEX IF NOT EXISTS billing_movements_by_tenant ON billing_movements (tenant_id, currency, moved_on, kind);
