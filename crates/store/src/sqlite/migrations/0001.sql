-- Moments and lengths are microseconds; moments count from 1970-01-01T00:00:00Z.

CREATE TABLE intent (
    id          INTEGER PRIMARY KEY,
    operation   TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    run         TEXT,
    line        INTEGER,
    subject     BLOB,
    likeness    BLOB,
    kopecks     INTEGER,
    prints      BLOB    NOT NULL,
    request     BLOB,
    label       BLOB,
    state       TEXT    NOT NULL CHECK (state IN (
        'planned', 'sending', 'unknown', 'accepted', 'rejected', 'confirmed', 'refused', 'needs-person'
    )),
    attempts    INTEGER NOT NULL CHECK (attempts >= 0),
    looks       INTEGER NOT NULL CHECK (looks >= 0),
    missing     INTEGER NOT NULL CHECK (missing >= 0),
    answer      BLOB,
    note        BLOB,
    reason      TEXT,
    bank_id     TEXT,
    planned_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    sent_at     INTEGER,
    due_at      INTEGER NOT NULL,
    owner       TEXT,
    lease_until INTEGER,
    fence       INTEGER NOT NULL,
    UNIQUE (operation, key),
    CHECK (owner IS NULL OR lease_until IS NOT NULL)
) STRICT;

-- A worker takes those due longest first, of one run or of all.
CREATE INDEX intent_due_of_run ON intent (run, state, due_at, line) WHERE run IS NOT NULL;
CREATE INDEX intent_due ON intent (state, due_at, line);
CREATE INDEX intent_line ON intent (run, coalesce(line, 0), operation, key) WHERE run IS NOT NULL;
CREATE INDEX intent_subject ON intent (subject) WHERE subject IS NOT NULL;
CREATE INDEX intent_likeness ON intent (likeness) WHERE likeness IS NOT NULL;
CREATE INDEX intent_changed ON intent (changed_at);

CREATE TABLE journal (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    intent   INTEGER NOT NULL REFERENCES intent (id),
    at       INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    attempts INTEGER NOT NULL,
    reason   TEXT,
    actor    TEXT    NOT NULL
) STRICT;

CREATE INDEX journal_intent ON journal (intent);

CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal BEGIN
    SELECT raise(ABORT, 'the journal is only added to');
END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal BEGIN
    SELECT raise(ABORT, 'the journal is only added to');
END;

CREATE TABLE document (
    space   TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    value   BLOB    NOT NULL,
    PRIMARY KEY (space, name)
) STRICT;

-- One counter for all documents: one that was removed and written again never has a version that it had before.
CREATE TABLE document_version (
    last INTEGER NOT NULL
) STRICT;
INSERT INTO document_version (last) VALUES (0);

-- By trigger, so that a write of a document is one statement: callers run it in their own transactions.
CREATE TRIGGER document_is_new AFTER INSERT ON document BEGIN
    UPDATE document_version SET last = new.version;
END;
CREATE TRIGGER document_is_changed AFTER UPDATE ON document BEGIN
    UPDATE document_version SET last = new.version;
END;

CREATE TABLE lease (
    name  TEXT    PRIMARY KEY NOT NULL,
    fence INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;

-- The moments of the last grants are eight bytes each, big-endian, oldest first.
CREATE TABLE token_window (
    class        TEXT    NOT NULL,
    key          BLOB    NOT NULL,
    grants       BLOB    NOT NULL,
    paused_until INTEGER NOT NULL,
    over_at      INTEGER NOT NULL,
    PRIMARY KEY (class, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX token_window_over ON token_window (over_at);
