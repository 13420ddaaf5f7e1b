CREATE TABLE IF NOT EXISTS com_example_template_notes (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    text VARCHAR(2000) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS com_example_template_notes_by_tenant ON com_example_template_notes (tenant_id, id);
