-- What the inventory says is held to digests as well: `digest` is that of the row without its fields (who owns what, and what may happen
-- to it), `fields_digest` that of the fields; BLAKE3, cut to 16 bytes. What older formats wrote gets them when it is written again.
-- What a scan reads stands before the fields.
CREATE TABLE inventory_5 (
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    base BLOB NOT NULL CHECK (length(base) = 16),
    digest BLOB CHECK (length(digest) = 16),
    lifecycle TEXT,
    fields_digest BLOB CHECK (length(fields_digest) = 16),
    fields BLOB NOT NULL,
    PRIMARY KEY (kind, parent, name, project)
) STRICT, WITHOUT ROWID;

INSERT INTO inventory_5 (kind, parent, name, project, base, lifecycle, fields)
SELECT kind, parent, name, project, base, lifecycle, fields FROM inventory;

DROP TABLE inventory;

ALTER TABLE inventory_5 RENAME TO inventory;

-- As with bodies, whoever changes a row by a statement and knows nothing of digests leaves none.
CREATE TRIGGER inventory_changed_by_others AFTER UPDATE OF kind, parent, name, project, base, lifecycle ON inventory
WHEN NEW.digest IS OLD.digest AND (NEW.kind, NEW.parent, NEW.name, NEW.project, NEW.base, NEW.lifecycle)
    IS NOT (OLD.kind, OLD.parent, OLD.name, OLD.project, OLD.base, OLD.lifecycle)
BEGIN
    UPDATE inventory SET digest = NULL
    WHERE kind = NEW.kind AND parent = NEW.parent AND name = NEW.name AND project = NEW.project;
END;

CREATE TRIGGER inventory_fields_changed_by_others AFTER UPDATE OF fields ON inventory
WHEN NEW.fields IS NOT OLD.fields AND NEW.fields_digest IS OLD.fields_digest
BEGIN
    UPDATE inventory SET fields_digest = NULL
    WHERE kind = NEW.kind AND parent = NEW.parent AND name = NEW.name AND project = NEW.project;
END;
