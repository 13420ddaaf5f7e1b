-- Tenants, people, who belongs where, and what lets somebody in.
CREATE TABLE IF NOT EXISTS accounts_tenants (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    name VARCHAR(120) NOT NULL,
    slug VARCHAR(60) NOT NULL,
    locale VARCHAR(10) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    country VARCHAR(2) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    status VARCHAR(12) NOT NULL,
    status_reason VARCHAR(300) NOT NULL,
    signup_facts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    suspended_at BIGINT,
    erase_at BIGINT,
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS accounts_tenants_by_slug ON accounts_tenants (slug);
CREATE INDEX IF NOT EXISTS accounts_tenants_by_time ON accounts_tenants (created_at, id);
CREATE INDEX IF NOT EXISTS accounts_tenants_by_status_time ON accounts_tenants (status, created_at, id);
CREATE INDEX IF NOT EXISTS accounts_tenants_by_name ON accounts_tenants (name, id);
CREATE INDEX IF NOT EXISTS accounts_tenants_by_status_name ON accounts_tenants (status, name, id);
CREATE INDEX IF NOT EXISTS accounts_tenants_by_erasure ON accounts_tenants (erase_at);

CREATE TABLE IF NOT EXISTS accounts_users (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    email VARCHAR(254) NOT NULL,
    name VARCHAR(120) NOT NULL,
    name_key VARCHAR(120) NOT NULL,
    phone VARCHAR(20) NOT NULL,
    locale VARCHAR(10) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    status VARCHAR(12) NOT NULL,
    status_reason VARCHAR(300) NOT NULL,
    recent_tenant VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    verified_at BIGINT,
    signed_in_at BIGINT NOT NULL,
    totp_secret VARCHAR(500),
    totp_confirmed_at BIGINT,
    totp_last_step BIGINT NOT NULL,
    erase_at BIGINT,
    version INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS accounts_users_by_email ON accounts_users (email);
CREATE INDEX IF NOT EXISTS accounts_users_by_time ON accounts_users (created_at, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_name ON accounts_users (name_key, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_sign_in ON accounts_users (signed_in_at, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_status_time ON accounts_users (status, created_at, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_status_email ON accounts_users (status, email, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_status_name ON accounts_users (status, name_key, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_status_sign_in ON accounts_users (status, signed_in_at, id);
CREATE INDEX IF NOT EXISTS accounts_users_by_erasure ON accounts_users (erase_at);

-- One row a word of a name, an address or a number, so that a search reads an index only.
CREATE TABLE IF NOT EXISTS accounts_words (
    kind VARCHAR(8) NOT NULL,
    subject_id VARCHAR(36) NOT NULL,
    word VARCHAR(120) NOT NULL,
    PRIMARY KEY (kind, subject_id, word)
);
CREATE INDEX IF NOT EXISTS accounts_words_by_word ON accounts_words (kind, word, subject_id);

CREATE TABLE IF NOT EXISTS accounts_memberships (
    tenant_id VARCHAR(36) NOT NULL,
    user_id VARCHAR(36) NOT NULL,
    role VARCHAR(12) NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX IF NOT EXISTS accounts_memberships_by_user ON accounts_memberships (user_id, joined_at);

CREATE TABLE IF NOT EXISTS accounts_invitations (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    email VARCHAR(254) NOT NULL,
    role VARCHAR(12) NOT NULL,
    digest VARCHAR(120) NOT NULL,
    invited_by VARCHAR(36) NOT NULL,
    inviter_name VARCHAR(120) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS accounts_invitations_by_digest ON accounts_invitations (digest);
CREATE UNIQUE INDEX IF NOT EXISTS accounts_invitations_by_email ON accounts_invitations (tenant_id, email);
CREATE INDEX IF NOT EXISTS accounts_invitations_by_expiry ON accounts_invitations (expires_at);

-- Links sent by mail: each opens one thing, once, for a while.
CREATE TABLE IF NOT EXISTS accounts_links (
    digest VARCHAR(120) NOT NULL PRIMARY KEY,
    purpose VARCHAR(24) NOT NULL,
    user_id VARCHAR(36) NOT NULL,
    facts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS accounts_links_by_user ON accounts_links (user_id, purpose);
CREATE INDEX IF NOT EXISTS accounts_links_by_expiry ON accounts_links (expires_at);

CREATE TABLE IF NOT EXISTS accounts_recovery_codes (
    user_id VARCHAR(36) NOT NULL,
    digest VARCHAR(120) NOT NULL,
    PRIMARY KEY (user_id, digest)
);

CREATE TABLE IF NOT EXISTS accounts_identities (
    provider VARCHAR(40) NOT NULL,
    subject VARCHAR(200) NOT NULL,
    user_id VARCHAR(36) NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE INDEX IF NOT EXISTS accounts_identities_by_user ON accounts_identities (user_id);

-- An empty tenant_id: a token of the platform itself.
CREATE TABLE IF NOT EXISTS accounts_tokens (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    tenant_id VARCHAR(36) NOT NULL,
    label VARCHAR(120) NOT NULL,
    digest VARCHAR(120) NOT NULL,
    hint VARCHAR(12) NOT NULL,
    scopes TEXT NOT NULL,
    origins TEXT NOT NULL,
    environment VARCHAR(40) NOT NULL,
    created_by VARCHAR(36) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    used_at BIGINT
);
CREATE UNIQUE INDEX IF NOT EXISTS accounts_tokens_by_digest ON accounts_tokens (digest);
CREATE INDEX IF NOT EXISTS accounts_tokens_by_tenant ON accounts_tokens (tenant_id, created_at);

CREATE TABLE IF NOT EXISTS accounts_notes (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    subject_kind VARCHAR(8) NOT NULL,
    subject_id VARCHAR(36) NOT NULL,
    author_id VARCHAR(36) NOT NULL,
    author_name VARCHAR(120) NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS accounts_notes_by_subject ON accounts_notes (subject_kind, subject_id, created_at);

CREATE TABLE IF NOT EXISTS accounts_exports (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    user_id VARCHAR(36) NOT NULL,
    about_tenant VARCHAR(36) NOT NULL,
    state VARCHAR(12) NOT NULL,
    file_key VARCHAR(200) NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX IF NOT EXISTS accounts_exports_by_user ON accounts_exports (user_id, created_at);
