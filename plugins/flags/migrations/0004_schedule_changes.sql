-- What shall happen to a flag later, step by step; a job for each step.
CREATE TABLE IF NOT EXISTS flags_schedules (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    environment VARCHAR(40) NOT NULL,
    project VARCHAR(40) NOT NULL,
    name VARCHAR(255) NOT NULL,
    state VARCHAR(12) NOT NULL,
    steps TEXT NOT NULL,
    guard TEXT NOT NULL,
    rule_mark VARCHAR(40) NOT NULL,
    next_step BIGINT NOT NULL,
    outcome VARCHAR(400) NOT NULL,
    actor_id VARCHAR(36) NOT NULL,
    actor_label VARCHAR(400) NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX IF NOT EXISTS flags_schedules_by_flag ON flags_schedules (environment, project, name, created_at);
CREATE INDEX IF NOT EXISTS flags_schedules_by_state ON flags_schedules (state, created_at);
