-- What people were told, in the app.
CREATE TABLE IF NOT EXISTS app_notifications (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    user_id VARCHAR(36) NOT NULL,
    idempotency_key VARCHAR(200) NOT NULL,
    category VARCHAR(20) NOT NULL,
    title VARCHAR(200) NOT NULL,
    text VARCHAR(1000) NOT NULL,
    path VARCHAR(300) NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT,
    UNIQUE (tenant_id, user_id, idempotency_key)
);

CREATE INDEX IF NOT EXISTS app_notifications_by_person ON app_notifications (tenant_id, user_id, id);
CREATE INDEX IF NOT EXISTS app_notifications_unread ON app_notifications (tenant_id, user_id, read_at);
CREATE INDEX IF NOT EXISTS app_notifications_by_age ON app_notifications (created_at);

-- Which kinds a person also gets by mail; no row: the default of the kind.
CREATE TABLE IF NOT EXISTS app_notification_preferences (
    tenant_id VARCHAR(36) NOT NULL,
    user_id VARCHAR(36) NOT NULL,
    category VARCHAR(20) NOT NULL,
    by_mail SMALLINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, category)
);

-- Where a tenant wants to be told what happens. Secrets are sealed; the previous one signs as
-- well until previous_until_at, so that a receiver can change over.
CREATE TABLE IF NOT EXISTS app_webhook_endpoints (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    url VARCHAR(500) NOT NULL,
    description VARCHAR(120) NOT NULL,
    events VARCHAR(1000) NOT NULL,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_until_at BIGINT,
    state VARCHAR(20) NOT NULL,
    disabled_reason VARCHAR(40) NOT NULL,
    failing_since_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS app_webhook_endpoints_by_tenant ON app_webhook_endpoints (tenant_id, id);

-- One event on its way to one endpoint, and what became of it.
CREATE TABLE IF NOT EXISTS app_webhook_deliveries (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    endpoint_id VARCHAR(36) NOT NULL,
    message_id VARCHAR(80) NOT NULL,
    event VARCHAR(80) NOT NULL,
    payload TEXT NOT NULL,
    state VARCHAR(20) NOT NULL,
    attempts BIGINT NOT NULL,
    last_status BIGINT NOT NULL,
    last_error VARCHAR(300) NOT NULL,
    last_response VARCHAR(2000) NOT NULL,
    last_duration_ms BIGINT NOT NULL,
    last_tried_at BIGINT,
    next_try_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (endpoint_id, message_id)
);

CREATE INDEX IF NOT EXISTS app_webhook_deliveries_by_endpoint ON app_webhook_deliveries (tenant_id, endpoint_id, id);
CREATE INDEX IF NOT EXISTS app_webhook_deliveries_by_age ON app_webhook_deliveries (created_at);
