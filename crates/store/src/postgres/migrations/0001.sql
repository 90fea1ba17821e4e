-- Runs with the store's schema first in the search path, in one transaction.

-- The only clock of the store: microseconds since 1970. Leases, due times and rate windows of all machines follow it.
-- A test may replace this function by one that it can set; nothing else in the store reads the time.
CREATE FUNCTION rubank_now() RETURNS bigint LANGUAGE sql VOLATILE
    AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

CREATE TABLE intents (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Ordered by bytes, as every program of ours does, whatever the database's own language is.
    operation   text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    environment text NOT NULL,
    run         text COLLATE "C",
    line        bigint,
    subject     bytea,
    likeness    bytea,
    kopecks     bigint,
    prints      bytea NOT NULL,
    request     bytea,
    label       bytea,
    state       text COLLATE "C" NOT NULL CHECK (state IN (
        'planned', 'sending', 'unknown', 'accepted', 'rejected', 'confirmed', 'refused', 'needs-person')),
    attempts    bigint NOT NULL DEFAULT 0,
    looks       bigint NOT NULL DEFAULT 0,
    missing     bigint NOT NULL DEFAULT 0,
    answer      bytea,
    note        bytea,
    reason      text,
    bank_id     text,
    planned_at  bigint NOT NULL,
    changed_at  bigint NOT NULL,
    sent_at     bigint,
    due_at      bigint NOT NULL,
    owner       text,
    lease_until bigint,
    fence       bigint NOT NULL DEFAULT 0,
    UNIQUE (operation, key),
    CHECK (owner IS NULL OR lease_until IS NOT NULL)
);

-- What workers look for. Finished intents are not in these two, so that a long history costs nothing.
CREATE INDEX intents_due ON intents (due_at, coalesce(line, 0))
    WHERE state IN ('planned', 'sending', 'unknown', 'accepted');
CREATE INDEX intents_run_due ON intents (run, due_at, coalesce(line, 0))
    WHERE run IS NOT NULL AND state IN ('planned', 'sending', 'unknown', 'accepted');

CREATE INDEX intents_run ON intents (run, coalesce(line, 0), operation, key) WHERE run IS NOT NULL;
CREATE INDEX intents_subject ON intents (subject) WHERE subject IS NOT NULL;
CREATE INDEX intents_likeness ON intents (likeness) WHERE likeness IS NOT NULL;
CREATE INDEX intents_changed ON intents (changed_at);

-- Lines are only added.
CREATE TABLE journal (
    intent   bigint NOT NULL,
    entry    bigint GENERATED ALWAYS AS IDENTITY,
    at       bigint NOT NULL,
    state    text NOT NULL,
    attempts bigint NOT NULL,
    reason   text,
    actor    text NOT NULL,
    PRIMARY KEY (intent, entry)
);

-- One sequence for all documents: a document that was removed and written again does not get an old version back.
CREATE SEQUENCE versions;

CREATE TABLE documents (
    space   text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    value   bytea NOT NULL,
    PRIMARY KEY (space, name)
);

CREATE SEQUENCE fences;

CREATE TABLE leases (
    name  text COLLATE "C" PRIMARY KEY,
    fence bigint NOT NULL,
    until bigint NOT NULL
);

-- The moments of past calls by rate class and key. A row is of no use after `over_at`.
CREATE TABLE windows (
    class        text COLLATE "C" NOT NULL,
    key          bytea NOT NULL,
    grants       bigint[] NOT NULL DEFAULT '{}',
    paused_until bigint NOT NULL DEFAULT 0,
    over_at      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (class, key)
);
CREATE INDEX windows_over ON windows (over_at);
