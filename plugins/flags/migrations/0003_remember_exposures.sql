-- Who got which variant is told once a day: what was told already, without saying who.
CREATE TABLE IF NOT EXISTS flags_exposures (
    day BIGINT NOT NULL,
    digest VARCHAR(40) NOT NULL,
    environment VARCHAR(40) NOT NULL,
    name VARCHAR(255) NOT NULL,
    variant VARCHAR(255) NOT NULL,
    PRIMARY KEY (day, digest)
);
CREATE INDEX IF NOT EXISTS flags_exposures_by_flag ON flags_exposures (environment, name, day);
