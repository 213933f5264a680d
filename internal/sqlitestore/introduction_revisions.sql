-- The revision of every introduction without reading the introductions: what is
-- compared every few seconds by whoever keeps figures.
CREATE INDEX introductions_rev ON introductions (code, rev);

PRAGMA user_version = 4;
