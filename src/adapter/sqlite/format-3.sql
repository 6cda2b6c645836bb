-- What the projects are called that wrote to this catalog: a project whose text says no id is known again by its name.
CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Until now a project's name was its id.
INSERT INTO projects SELECT DISTINCT project, project FROM inventory;
