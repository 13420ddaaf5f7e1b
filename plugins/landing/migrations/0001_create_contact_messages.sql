-- What visitors write through the contact form, until somebody has answered.
CREATE TABLE IF NOT EXISTS landing_contact_messages (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    received_at BIGINT NOT NULL,
    name VARCHAR(100) NOT NULL,
    email VARCHAR(254) NOT NULL,
    company VARCHAR(120) NOT NULL,
    topic VARCHAR(20) NOT NULL,
    message TEXT NOT NULL,
    locale VARCHAR(10) NOT NULL
);

CREATE INDEX IF NOT EXISTS landing_contact_messages_by_time ON landing_contact_messages (received_at, id);
