-- Where the text of the project declares the object, as canonical JSON: as of the last change of the object or of this row, and nothing of
-- what older formats wrote.
ALTER TABLE inventory ADD COLUMN place text;
