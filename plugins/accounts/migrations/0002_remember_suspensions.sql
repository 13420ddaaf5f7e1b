-- Who was suspended before a deletion began is suspended again when it is undone.
ALTER TABLE accounts_users ADD COLUMN suspended_at BIGINT;
