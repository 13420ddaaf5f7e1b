-- What staff should know, one row a person.
CREATE TABLE IF NOT EXISTS admin_notifications (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    staff_id VARCHAR(36) NOT NULL,
    idempotency_key VARCHAR(200) NOT NULL,
    category VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    text TEXT NOT NULL,
    path VARCHAR(300) NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);

CREATE UNIQUE INDEX IF NOT EXISTS admin_notifications_once ON admin_notifications (staff_id, idempotency_key);
CREATE INDEX IF NOT EXISTS admin_notifications_by_time ON admin_notifications (staff_id, created_at, id);
