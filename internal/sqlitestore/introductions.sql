-- Introductions, one row each; the words by which they are found, one row a
-- word; and the bytes of attachments under their SHA-256, in pieces.
CREATE TABLE introductions (
    code    TEXT    PRIMARY KEY,
    rev     INTEGER NOT NULL,
    stage   TEXT    NOT NULL,
    open    INTEGER NOT NULL,
    wake    TEXT    NOT NULL, -- first day on which the clock may ring; '' for closed ones
    told    INTEGER NOT NULL, -- number of the last step whose events were delivered
    pending INTEGER NOT NULL, -- whether there are events to deliver
    body    TEXT    NOT NULL  -- the introduction as JSON
);
CREATE INDEX introductions_stage ON introductions (stage, code);
CREATE INDEX introductions_wake ON introductions (open, wake);
CREATE INDEX introductions_pending ON introductions (pending) WHERE pending = 1;

CREATE TABLE introduction_words (
    sort TEXT NOT NULL, -- need, helping, broker, org, person, union
    word TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (sort, word, code)
) WITHOUT ROWID;
CREATE INDEX introduction_words_code ON introduction_words (code);

CREATE TABLE files (
    sha256 TEXT    NOT NULL,
    piece  INTEGER NOT NULL,
    data   BLOB    NOT NULL,
    PRIMARY KEY (sha256, piece)
);

PRAGMA user_version = 3;
