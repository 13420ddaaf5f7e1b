-- Subscribers moved from one version of a plan to another, a batch at a time. `reached` is the last
-- subscription that was looked at: a batch that was cut off goes on after it.
CREATE TABLE IF NOT EXISTS billing_plan_moves (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    plan VARCHAR(80) NOT NULL,
    from_version BIGINT NOT NULL,
    to_version BIGINT NOT NULL,
    with_price SMALLINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    total BIGINT NOT NULL,
    moved BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    undone BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    reached VARCHAR(36) NOT NULL,
    asked_by VARCHAR(80) NOT NULL,
    asked_label VARCHAR(200) NOT NULL,
    reason VARCHAR(1200) NOT NULL,
    begun_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS billing_plan_moves_by_plan ON billing_plan_moves (plan, id);

-- price_before: what the subscription paid when it was moved, 0 where a price was agreed.
CREATE TABLE IF NOT EXISTS billing_plan_move_items (
    move_id VARCHAR(36) NOT NULL,
    subscription_id VARCHAR(36) NOT NULL,
    tenant_id VARCHAR(36) NOT NULL,
    state VARCHAR(8) NOT NULL,
    price_before INTEGER NOT NULL,
    why VARCHAR(80) NOT NULL,
    PRIMARY KEY (move_id, subscription_id)
);
CREATE INDEX IF NOT EXISTS billing_plan_move_items_by_state ON billing_plan_move_items (move_id, state, subscription_id);
