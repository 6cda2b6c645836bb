-- From whom the project took the object over, as canonical JSON: nothing of what it made, of what was nobody's, and of what older formats
-- took over.
ALTER TABLE inventory ADD COLUMN came_by text;
