-- What may happen to an object in its life stands in the inventory, as canonical JSON of what differs from the defaults;
-- NULL for the defaults. It stands before the fields, so that a scan that needs no fields reads less.
CREATE TABLE inventory_2 (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    base BLOB NOT NULL CHECK (length(base) = 16),
    lifecycle TEXT,
    fields BLOB NOT NULL,
    PRIMARY KEY (kind, parent, name, project)
) STRICT, WITHOUT ROWID;

INSERT INTO inventory_2
SELECT kind, parent, name, project, base, CASE protect WHEN 1 THEN '{"protect":true}' END, fields FROM inventory;

DROP TABLE inventory;

ALTER TABLE inventory_2 RENAME TO inventory;

-- The values behind the digests of the inventory, where they are known, as canonical JSON. A table of its own: no scan
-- of the inventory reads it.
CREATE TABLE written (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, parent, name, project)
) STRICT, WITHOUT ROWID;

-- Where a live body is just what a project wrote, it says what that was.
INSERT INTO written
SELECT kind, parent, name, project, body FROM inventory JOIN objects USING (kind, parent, name) WHERE digest = base;

-- Who may write for a project, and until when (seconds since 1970).
CREATE TABLE leases (
    project TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    holder TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How applies went. `steps` is a JSON list of lines.
CREATE TABLE runs (
    project TEXT NOT NULL,
    run TEXT NOT NULL,
    plan TEXT NOT NULL,
    holder TEXT NOT NULL,
    source TEXT,
    began INTEGER NOT NULL,
    ended INTEGER,
    state TEXT NOT NULL,
    steps TEXT NOT NULL,
    PRIMARY KEY (project, run)
) STRICT, WITHOUT ROWID;
