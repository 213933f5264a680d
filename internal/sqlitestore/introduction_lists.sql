-- What a union asks for most, as words of its own: its cases at a stage, and those
-- in which somebody owes the next action. The clock's index holds the code, so that
-- nothing else is read to find whose case it is.
INSERT OR IGNORE INTO introduction_words (sort, word, code)
    SELECT 'stage', i.stage || '/' || w.word, i.code FROM introductions i JOIN introduction_words w ON w.code = i.code AND w.sort = 'union';
INSERT OR IGNORE INTO introduction_words (sort, word, code)
    SELECT 'stage', stage || '/', code FROM introductions;
INSERT OR IGNORE INTO introduction_words (sort, word, code)
    SELECT 'owes', json_extract(i.body, '$.next_action.who') || '/' || w.word, i.code FROM introductions i JOIN introduction_words w ON w.code = i.code AND w.sort = 'union'
    WHERE json_extract(i.body, '$.next_action.who') <> '' AND i.open = 1;
INSERT OR IGNORE INTO introduction_words (sort, word, code)
    SELECT 'owes', json_extract(body, '$.next_action.who') || '/', code FROM introductions
    WHERE json_extract(body, '$.next_action.who') <> '' AND open = 1;
DROP INDEX introductions_wake;
CREATE INDEX introductions_wake ON introductions (open, wake, code);

-- What somebody was told last, without reading all that he was ever told.
CREATE INDEX accounts_latest ON accounts (kind, owner, expires);
DROP INDEX accounts_owner;

PRAGMA user_version = 5;
