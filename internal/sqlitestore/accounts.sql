-- Accounts: users, sessions, tokens, attempts, claims. A name or alias is kept
-- with a plus before it; one that is missing is a minus and the id.
CREATE TABLE accounts (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    alias   TEXT    NOT NULL,
    owner   TEXT    NOT NULL,
    expires INTEGER NOT NULL, -- milliseconds since 1970, UTC; 0: never
    rev     INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (kind, id),
    UNIQUE (kind, name),
    UNIQUE (kind, alias)
);
CREATE INDEX accounts_owner ON accounts (kind, owner);
CREATE INDEX accounts_expires ON accounts (expires);

PRAGMA user_version = 2;
