-- What a meter of different values has counted already, once for each counter.
CREATE TABLE IF NOT EXISTS billing_counted_values (
    tenant_id VARCHAR(36) NOT NULL,
    value VARCHAR(64) NOT NULL,
    counter_id VARCHAR(36) NOT NULL,
    PRIMARY KEY (tenant_id, value, counter_id)
);
