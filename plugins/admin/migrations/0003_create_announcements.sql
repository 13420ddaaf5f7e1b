-- What staff tell tenants in a line above their pages.
CREATE TABLE IF NOT EXISTS admin_announcements (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    title VARCHAR(120) NOT NULL,
    text TEXT NOT NULL,
    severity VARCHAR(12) NOT NULL,
    audience VARCHAR(12) NOT NULL,
    audience_values TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    created_by VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE INDEX IF NOT EXISTS admin_announcements_by_time ON admin_announcements (starts_at, id);

CREATE TABLE IF NOT EXISTS admin_announcement_dismissals (
    announcement_id VARCHAR(36) NOT NULL,
    subject VARCHAR(36) NOT NULL,
    dismissed_at BIGINT NOT NULL,
    PRIMARY KEY (announcement_id, subject)
);
