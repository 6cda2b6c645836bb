-- Where the text of a project declares what it owns, as canonical JSON with its BLAKE3, cut to 16 bytes: as of the last change of the object
-- or of the project's record of it, and nothing of what older formats wrote. A table of its own: no scan of the inventory reads it.
CREATE TABLE places (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    place TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (kind, parent, name, project)
) STRICT, WITHOUT ROWID;
