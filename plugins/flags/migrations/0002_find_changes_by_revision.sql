-- What changed after a revision: a running server takes over that alone.
CREATE INDEX IF NOT EXISTS flags_history_by_revision ON flags_history (environment, revision);
