-- The format of the tables, and what a plat that knows no more than an older one is refused by.
CREATE TABLE catalog (
    format integer NOT NULL
);

-- The live objects. `body` is canonical JSON and `digest` its BLAKE3, cut to 16 bytes.
CREATE TABLE objects (
    kind text COLLATE "C" NOT NULL,
    parent text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    digest bytea CHECK (length(digest) = 16),
    created_at bigint NOT NULL DEFAULT extract(epoch FROM now()),
    updated_at bigint NOT NULL DEFAULT extract(epoch FROM now()),
    body json NOT NULL CHECK (json_typeof(body) = 'object'),
    PRIMARY KEY (kind, parent, name)
);

-- Whoever changes a body and knows nothing of digests leaves none: readers then look at the body itself.
CREATE FUNCTION changed_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.body::text <> OLD.body::text AND NEW.digest IS NOT DISTINCT FROM OLD.digest THEN
        NEW.digest := NULL;
        NEW.updated_at := extract(epoch FROM now());
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER changed_by_others BEFORE UPDATE ON objects FOR EACH ROW EXECUTE FUNCTION changed_by_others();

-- What each project owns: the digest of what it wrote, what may happen to the object where that is not the usual (canonical JSON),
-- what it last wrote of it, and the fields that it owns where they are not those of that.
CREATE TABLE inventory (
    project text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    parent text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    base bytea NOT NULL CHECK (length(base) = 16),
    lifecycle text,
    fields bytea,
    written json NOT NULL,
    PRIMARY KEY (project, kind, parent, name)
);

CREATE INDEX owners ON inventory (kind, parent, name);

-- The levels at the last apply of each project; NULL for below the lowest.
CREATE TABLE levels (
    project text COLLATE "C" NOT NULL,
    scorecard text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    parent text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    level text,
    PRIMARY KEY (project, scorecard, kind, parent, name)
);

-- Who may write for a project, and until when (seconds since 1970).
CREATE TABLE leases (
    project text COLLATE "C" PRIMARY KEY,
    run text NOT NULL,
    holder text NOT NULL,
    expires bigint NOT NULL
);

-- How applies went. `steps` is a JSON list of lines.
CREATE TABLE runs (
    project text COLLATE "C" NOT NULL,
    run text COLLATE "C" NOT NULL,
    plan text NOT NULL,
    holder text NOT NULL,
    source text,
    began bigint NOT NULL,
    ended bigint,
    state text NOT NULL,
    steps json NOT NULL,
    PRIMARY KEY (project, run)
);

-- What the projects are called that wrote to this catalog, and what marks the last batch of each.
CREATE TABLE projects (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    batch text
);
