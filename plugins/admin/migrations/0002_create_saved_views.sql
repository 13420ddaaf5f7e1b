-- How one staff member likes to see a list: its filters, order and columns as a query string.
CREATE TABLE IF NOT EXISTS admin_saved_views (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    staff_id VARCHAR(36) NOT NULL,
    list VARCHAR(60) NOT NULL,
    name VARCHAR(60) NOT NULL,
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS admin_saved_views_by_name ON admin_saved_views (staff_id, list, name);
