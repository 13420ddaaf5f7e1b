-- Mail that was handed to the host: kept in the mailbox, waiting, sent or failed.
CREATE TABLE IF NOT EXISTS core_mails (
    id CHAR(36) NOT NULL PRIMARY KEY,
    idempotency_key VARCHAR(200) NOT NULL,
    tenant VARCHAR(36) NOT NULL,
    category VARCHAR(60) NOT NULL,
    template VARCHAR(200) NOT NULL,
    sender TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    -- JSON: who gets it, how, and whether the mail server has taken it for them.
    recipients TEXT NOT NULL,
    subject VARCHAR(1000) NOT NULL,
    unsubscribe TEXT NOT NULL,
    state VARCHAR(10) NOT NULL,
    attempts INTEGER NOT NULL,
    error VARCHAR(1000) NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    sent_at BIGINT,
    -- Who is sending it now, and until when nobody else may.
    lease VARCHAR(36) NOT NULL,
    lease_until BIGINT NOT NULL,
    CONSTRAINT core_mails_key UNIQUE (idempotency_key)
);
CREATE INDEX IF NOT EXISTS core_mails_due ON core_mails (state, due_at);
CREATE INDEX IF NOT EXISTS core_mails_state ON core_mails (state, id);

-- What a mail consists of, in pieces that a BLOB holds.
CREATE TABLE IF NOT EXISTS core_mail_pieces (
    mail CHAR(36) NOT NULL,
    part INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    kind VARCHAR(10) NOT NULL,
    filename VARCHAR(255) NOT NULL,
    content_type VARCHAR(200) NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (mail, part, piece)
);

-- Templates that staff have changed; the files' own hold where there is no row.
CREATE TABLE IF NOT EXISTS core_mail_templates (
    name VARCHAR(200) NOT NULL,
    locale VARCHAR(20) NOT NULL,
    subject VARCHAR(1000) NOT NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (name, locale)
);
