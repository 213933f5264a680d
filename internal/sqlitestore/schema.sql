CREATE TABLE records (
    kind    TEXT    NOT NULL,
    code    TEXT    NOT NULL,
    key     TEXT    NOT NULL, -- catalog.Key: what makes the record unique within its kind
    rev     INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    body    TEXT    NOT NULL, -- the record as JSON
    PRIMARY KEY (kind, code),
    UNIQUE (kind, key)
);
CREATE INDEX records_live ON records (kind, deleted);

-- The change feed, which is also the audit log. AUTOINCREMENT: a number is
-- never used twice.
CREATE TABLE changes (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT    NOT NULL,
    code   TEXT    NOT NULL,
    rev    INTEGER NOT NULL,
    action TEXT    NOT NULL,
    by     TEXT    NOT NULL,
    at     INTEGER NOT NULL, -- milliseconds since 1970, UTC
    UNIQUE (kind, code, rev)
);

CREATE TABLE series (
    name TEXT PRIMARY KEY,
    n    INTEGER NOT NULL -- the last number that was given
);

PRAGMA user_version = 1;
