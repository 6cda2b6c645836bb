-- Beside what a project last wrote stands its BLAKE3 as well, cut to 16 bytes: a body that does not come to its digest changed on the
-- disk. Of what older formats wrote it is known where the live body is the same; the others get it when they are written again.
ALTER TABLE written ADD COLUMN digest BLOB CHECK (length(digest) = 16);

UPDATE written SET digest = (
    SELECT objects.digest FROM objects
    WHERE (objects.kind, objects.parent, objects.name, objects.body)
        = (written.kind, written.parent, written.name, written.body)
);

-- As with the live bodies, whoever changes one by a statement and knows nothing of digests leaves none.
CREATE TRIGGER written_changed_by_others AFTER UPDATE OF body ON written
WHEN NEW.body IS NOT OLD.body AND NEW.digest IS OLD.digest
BEGIN
    UPDATE written SET digest = NULL
    WHERE kind = NEW.kind AND parent = NEW.parent AND name = NEW.name AND project = NEW.project;
END;
