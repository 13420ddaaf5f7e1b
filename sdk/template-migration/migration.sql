-- 0000_change_example: what changes and why.
--
-- The same SQL must work on SQLite and MariaDB; where it cannot, write the pair
-- 0000_change_example.sqlite.sql and 0000_change_example.mysql.sql. Forward only: an applied
-- migration never changes again. Tables begin with prefix_. Money is BIGINT minor units, an
-- instant is BIGINT microseconds, an id is VARCHAR(36).
CREATE TABLE IF NOT EXISTS prefix_things (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
