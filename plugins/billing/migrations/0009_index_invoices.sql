-- Staff's list of invoices, by state.
CREATE INDEX IF NOT EXISTS billing_invoices_by_state ON billing_invoices (state, id);
