-- From whom a project took over what it owns, as canonical JSON with its BLAKE3, cut to 16 bytes: nothing of what it made, of what was
-- nobody's, and of what older formats took over. A table of its own, as that of places is.
CREATE TABLE hand_overs (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    came_by TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (kind, parent, name, project)
) STRICT, WITHOUT ROWID;
