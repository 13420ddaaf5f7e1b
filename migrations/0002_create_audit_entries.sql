-- Who changed what. Rows are never changed; ids grow with time, so they are the order.
CREATE TABLE IF NOT EXISTS core_audit_entries (
    id CHAR(36) NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    plugin VARCHAR(100) NOT NULL,
    action VARCHAR(100) NOT NULL,
    actor_kind VARCHAR(20) NOT NULL,
    actor_id VARCHAR(64) NOT NULL,
    actor_label VARCHAR(300) NOT NULL,
    impersonator VARCHAR(64) NOT NULL,
    address VARCHAR(64) NOT NULL,
    subject_kind VARCHAR(50) NOT NULL,
    subject_id VARCHAR(100) NOT NULL,
    subject_label VARCHAR(300) NOT NULL,
    tenant VARCHAR(36) NOT NULL,
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    reason VARCHAR(1000) NOT NULL,
    request_id VARCHAR(100) NOT NULL
);
CREATE INDEX IF NOT EXISTS core_audit_entries_by_actor ON core_audit_entries (actor_id, id);
CREATE INDEX IF NOT EXISTS core_audit_entries_by_subject ON core_audit_entries (subject_id, id);
CREATE INDEX IF NOT EXISTS core_audit_entries_by_tenant ON core_audit_entries (tenant, id);
CREATE INDEX IF NOT EXISTS core_audit_entries_by_action ON core_audit_entries (action, id);
