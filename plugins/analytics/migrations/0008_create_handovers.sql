-- What was being handed to a store elsewhere: from where in a program's spool, and how many records. When the
-- end of it is not known, exactly these come again.
CREATE TABLE IF NOT EXISTS analytics_handovers (
    node VARCHAR(36) NOT NULL PRIMARY KEY,
    file_number BIGINT NOT NULL,
    byte_offset BIGINT NOT NULL,
    records BIGINT NOT NULL
);
