-- What a real provider would keep on its side: pages opened, payments made, money given back.
CREATE TABLE IF NOT EXISTS testpay_checkouts (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    operation VARCHAR(250) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    state VARCHAR(12) NOT NULL,
    reference VARCHAR(100) NOT NULL,
    amount BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    description VARCHAR(300) NOT NULL,
    customer VARCHAR(100) NOT NULL,
    keeps_method SMALLINT NOT NULL,
    return_url TEXT NOT NULL,
    cancel_url TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    method_token VARCHAR(100) NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS testpay_checkouts_once ON testpay_checkouts (operation);

CREATE TABLE IF NOT EXISTS testpay_payments (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    operation VARCHAR(250) NOT NULL,
    reference VARCHAR(100) NOT NULL,
    status VARCHAR(12) NOT NULL,
    amount BIGINT NOT NULL,
    refunded BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    code VARCHAR(60) NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS testpay_payments_once ON testpay_payments (operation);
CREATE INDEX IF NOT EXISTS testpay_payments_by_reference ON testpay_payments (reference, created_at);

CREATE TABLE IF NOT EXISTS testpay_refunds (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    operation VARCHAR(250) NOT NULL,
    payment_id VARCHAR(40) NOT NULL,
    amount BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS testpay_refunds_once ON testpay_refunds (operation);
