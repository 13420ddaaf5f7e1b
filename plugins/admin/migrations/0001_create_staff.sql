-- People who run the platform. They are not users: their own table, cookie, site and login.
CREATE TABLE IF NOT EXISTS admin_staff (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    email VARCHAR(254) NOT NULL,
    name VARCHAR(120) NOT NULL,
    role VARCHAR(20) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    password_given SMALLINT NOT NULL DEFAULT 1,
    totp_sealed TEXT,
    totp_step BIGINT NOT NULL DEFAULT 0,
    disabled SMALLINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    signed_in_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX IF NOT EXISTS admin_staff_by_email ON admin_staff (email);

-- Each code works once; only its digest is kept.
CREATE TABLE IF NOT EXISTS admin_recovery_codes (
    staff_id VARCHAR(36) NOT NULL,
    digest VARCHAR(100) NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (staff_id, digest)
);
