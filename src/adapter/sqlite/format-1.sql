-- The live objects. `body` is canonical JSON and `digest` its BLAKE3, cut to 16 bytes.
CREATE TABLE objects (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB CHECK (length(digest) = 16),
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
    body TEXT NOT NULL,
    PRIMARY KEY (kind, parent, name)
) STRICT, WITHOUT ROWID;

-- Whoever changes a body and knows nothing of digests leaves none: readers then look at the body itself.
CREATE TRIGGER objects_changed_by_others AFTER UPDATE OF body ON objects
WHEN NEW.body IS NOT OLD.body AND NEW.digest IS OLD.digest
BEGIN
    UPDATE objects SET digest = NULL WHERE kind = NEW.kind AND parent = NEW.parent AND name = NEW.name;
END;

-- What each project owns: the digest of what it wrote, and of each field of it.
CREATE TABLE inventory (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    base BLOB NOT NULL CHECK (length(base) = 16),
    protect INTEGER NOT NULL CHECK (protect IN (0, 1)),
    fields BLOB NOT NULL,
    PRIMARY KEY (kind, parent, name, project)
) STRICT, WITHOUT ROWID;

-- The levels at the last apply of each project; NULL for below the lowest.
CREATE TABLE levels (
    project TEXT NOT NULL,
    scorecard TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT,
    PRIMARY KEY (project, scorecard, kind, parent, name)
) STRICT, WITHOUT ROWID;
