CREATE TABLE example_notes (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    text VARCHAR(2000) NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX example_notes_by_tenant ON example_notes (tenant_id, id);
