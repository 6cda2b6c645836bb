//! What is kept beside the objects: levels, leases, the journal, and the names of projects.

use super::flaw::Flaw;
use super::link::Talk;
use crate::adapter::sql::{shared::Shared, steps};
use crate::catalog::{Contents, KEPT_RUNS, KnownProject, LevelChange, LevelRecord, RunRecord};
use crate::model::{Address, Kind, Lease, Leased};
use std::collections::BTreeSet;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// The levels of a project, sorted.
pub(super) async fn levels(talk: &Talk<'_>, project: &str) -> Result<Vec<LevelRecord>, Flaw> {
    let question = "SELECT scorecard, kind, parent, name, level FROM levels WHERE project = $1
        ORDER BY scorecard, kind, parent, name";
    let (mut scorecards, mut parents, mut levels) = (Shared::new(), Shared::new(), Shared::new());
    let mut records = Vec::new();
    for row in talk.rows(question, &[(&project, Type::TEXT)]).await? {
        let kind: &str = row.try_get(1)?;
        let kind = Kind::from_word(kind);
        let kind = kind.ok_or_else(|| Flaw::Damaged("a level is kept of a kind that nobody knows".to_owned()))?;
        let (parent, name): (&str, &str) = (row.try_get(2)?, row.try_get(3)?);
        records.push(LevelRecord {
            scorecard: scorecards.name(row.try_get(0)?),
            entity: Address::below(kind, parents.name(parent), name.into()),
            level: row.try_get::<_, Option<&str>>(4)?.map(|level| levels.name(level)),
        });
    }
    records.sort();
    Ok(records)
}

/// Carries out changes of the levels of a project.
pub(super) async fn change_levels(talk: &Talk<'_>, project: &str, changes: &[LevelChange]) -> Result<(), Flaw> {
    let is_set = |change: &&LevelChange| matches!(change, LevelChange::Set(_));
    // The last of two about one level is what counts, and a statement takes each row once.
    let mut last: Vec<&LevelChange> = changes.iter().collect();
    last.reverse();
    let mut seen = BTreeSet::new();
    last.retain(|change| seen.insert(key(change)));
    let (set, removed): (Vec<&LevelChange>, Vec<&LevelChange>) = last.into_iter().partition(is_set);
    let put = "INSERT INTO levels SELECT $1, new.* FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS new
        ON CONFLICT (project, scorecard, kind, parent, name) DO UPDATE SET level = excluded.level";
    let remove = "DELETE FROM levels USING unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS old(scorecard, kind, parent, name)
        WHERE (levels.project, levels.scorecard, levels.kind, levels.parent, levels.name)
            = ($1, old.scorecard, old.kind, old.parent, old.name)";
    for (statement, changes) in [(put, set), (remove, removed)] {
        if changes.is_empty() {
            continue;
        }
        let keys: Vec<_> = changes.iter().map(|change| key(change)).collect();
        let scorecards: Vec<&str> = keys.iter().map(|(scorecard, _)| *scorecard).collect();
        let kinds: Vec<&str> = keys.iter().map(|(_, entity)| entity.kind.word()).collect();
        let parents: Vec<&str> = keys.iter().map(|(_, entity)| &*entity.parent).collect();
        let names: Vec<&str> = keys.iter().map(|(_, entity)| &*entity.name).collect();
        let mut levels: Vec<Option<&str>> = Vec::new();
        for change in &changes {
            if let LevelChange::Set(record) = change {
                levels.push(record.level.as_deref());
            }
        }
        let list = || Type::TEXT_ARRAY;
        let mut given: Vec<super::link::Given<'_>> =
            vec![(&project, Type::TEXT), (&scorecards, list()), (&kinds, list()), (&parents, list()), (&names, list())];
        if !levels.is_empty() {
            given.push((&levels, list()));
        }
        talk.execute(statement, &given).await?;
    }
    Ok(())
}

fn key(change: &LevelChange) -> (&str, &Address) {
    match change {
        LevelChange::Set(LevelRecord { scorecard, entity, .. }) | LevelChange::Remove { scorecard, entity } => {
            (scorecard, entity)
        }
    }
}

/// See [`crate::catalog::Catalog::acquire`].
pub(super) async fn acquire(talk: &Talk<'_>, project: &str, lease: &Lease, now: i64) -> Result<Leased, Flaw> {
    // Of two who ask for the first lease of a project one waits here for the other.
    talk.rows("SELECT pg_advisory_xact_lock(hashtextextended('plat lease ' || $1, 0))", &[(&project, Type::TEXT)])
        .await?;
    let leased = lease.judge(self::lease(talk, project).await?, now);
    if !matches!(leased, Leased::Held(_)) {
        let put = "INSERT INTO leases VALUES ($1, $2, $3, $4)
            ON CONFLICT (project) DO UPDATE SET (run, holder, expires) = (excluded.run, excluded.holder, excluded.expires)";
        let given = [
            (&project as _, Type::TEXT),
            (&lease.run as _, Type::TEXT),
            (&lease.holder as _, Type::TEXT),
            (&lease.expires as _, Type::INT8),
        ];
        Flaw::unless(talk.execute(put, &given).await?, 1)?;
    }
    Ok(leased)
}

/// See [`crate::catalog::Catalog::lease`].
pub(super) async fn lease(talk: &Talk<'_>, project: &str) -> Result<Option<Lease>, Flaw> {
    let question = "SELECT run, holder, expires FROM leases WHERE project = $1";
    let row = talk.row(question, &[(&project, Type::TEXT)]).await?;
    let lease = |row: Row| Ok(Lease { run: row.try_get(0)?, holder: row.try_get(1)?, expires: row.try_get(2)? });
    row.map(lease).transpose()
}

/// See [`crate::catalog::Catalog::release`].
pub(super) async fn release(talk: &Talk<'_>, project: &str, run: &str) -> Result<(), Flaw> {
    let given = [(&project as _, Type::TEXT), (&run as _, Type::TEXT)];
    talk.execute("DELETE FROM leases WHERE (project, run) = ($1, $2)", &given).await.map(drop)
}

/// See [`crate::catalog::Catalog::record_run`].
pub(super) async fn record(talk: &Talk<'_>, project: &str, record: &RunRecord) -> Result<(), Flaw> {
    let put = "INSERT INTO runs VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::json)
        ON CONFLICT (project, run) DO UPDATE SET (plan, holder, source, began, ended, state, steps)
            = (excluded.plan, excluded.holder, excluded.source, excluded.began, excluded.ended, excluded.state, excluded.steps)";
    let steps = steps::encode(&record.steps);
    let text = Type::TEXT;
    let given = [
        (&project as _, text.clone()),
        (&record.run as _, text.clone()),
        (&record.plan as _, text.clone()),
        (&record.holder as _, text.clone()),
        (&record.source as _, text.clone()),
        (&record.began as _, Type::INT8),
        (&record.ended as _, Type::INT8),
        (&record.state as _, text.clone()),
        (&steps as _, text.clone()),
    ];
    Flaw::unless(talk.execute(put, &given).await?, 1)?;
    let forget = "DELETE FROM runs WHERE project = $1 AND run IN
        (SELECT run FROM runs WHERE project = $1 ORDER BY began DESC, run DESC OFFSET $2)";
    let kept = i64::try_from(KEPT_RUNS).unwrap_or(i64::MAX);
    talk.execute(forget, &[(&project, text), (&kept, Type::INT8)]).await.map(drop)
}

/// See [`crate::catalog::Catalog::runs`].
pub(super) async fn runs(talk: &Talk<'_>, project: &str, limit: usize) -> Result<Vec<RunRecord>, Flaw> {
    let question = "SELECT run, plan, holder, source, began, ended, state, steps::text FROM runs WHERE project = $1
        ORDER BY began DESC, run DESC LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = talk.rows(question, &[(&project, Type::TEXT), (&limit, Type::INT8)]).await?;
    rows.iter().map(run).collect()
}

/// The run of a row; of one whose steps others wrote, that they cannot be read: it keeps nobody from reading of the others.
fn run(row: &Row) -> Result<RunRecord, Flaw> {
    let steps: &str = row.try_get(7)?;
    let steps = steps::decode(steps.as_bytes());
    let state = if steps.is_some() { row.try_get(6)? } else { RunRecord::UNREADABLE.to_owned() };
    Ok(RunRecord {
        run: row.try_get(0)?,
        plan: row.try_get(1)?,
        holder: row.try_get(2)?,
        source: row.try_get(3)?,
        began: row.try_get(4)?,
        ended: row.try_get(5)?,
        state,
        steps: steps.unwrap_or_else(|| vec!["what the catalog holds of this run is unreadable".to_owned()]),
    })
}

/// The ids of the projects of a name.
pub(super) async fn ids(talk: &Talk<'_>, name: &str) -> Result<BTreeSet<String>, Flaw> {
    let rows = talk.rows("SELECT id FROM projects WHERE name = $1", &[(&name, Type::TEXT)]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// See [`crate::catalog::Catalog::claim`].
pub(super) async fn claim(talk: &Talk<'_>, name: &str, fresh: &str) -> Result<String, Flaw> {
    talk.rows("SELECT pg_advisory_xact_lock(hashtextextended('plat project ' || $1, 0))", &[(&name, Type::TEXT)])
        .await?;
    if let Some(id) = ids(talk, name).await?.pop_first() {
        return Ok(id);
    }
    let given = [(&fresh as _, Type::TEXT), (&name as _, Type::TEXT)];
    Flaw::unless(talk.execute("INSERT INTO projects (id, name) VALUES ($1, $2)", &given).await?, 1)?;
    Ok(fresh.to_owned())
}

/// Says what a project is called, and gives what marks its last batch. Whoever writes a batch for the same project waits here until this
/// one is at its end.
pub(super) async fn introduce(talk: &Talk<'_>, project: &str, name: &str) -> Result<Option<String>, Flaw> {
    let put = "INSERT INTO projects (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name
        RETURNING batch";
    let row = talk.row(put, &[(&project, Type::TEXT), (&name, Type::TEXT)]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.flatten())
}

/// Marks the batch that is written for a project, and tells whoever listens to the channel of the schema's name.
pub(super) async fn mark(talk: &Talk<'_>, (schema, project): (&str, &str), batch: &str) -> Result<(), Flaw> {
    let given = [(&project as _, Type::TEXT), (&batch as _, Type::TEXT)];
    Flaw::unless(talk.execute("UPDATE projects SET batch = $2 WHERE id = $1", &given).await?, 1)?;
    talk.rows("SELECT pg_notify($1, $2)", &[(&schema, Type::TEXT), (&project, Type::TEXT)]).await.map(drop)
}

/// The projects that wrote, also those that are known by what they own alone.
pub(super) async fn projects(talk: &Talk<'_>) -> Result<Vec<KnownProject>, Flaw> {
    let question = "SELECT id, name FROM projects UNION SELECT project, project
        FROM (SELECT project FROM inventory UNION SELECT project FROM levels UNION SELECT project FROM runs) AS others
        WHERE project NOT IN (SELECT id FROM projects) ORDER BY 1";
    let project = |row: &Row| {
        let id: &str = row.try_get(0)?;
        Ok(KnownProject { id: id.into(), name: row.try_get(1)? })
    };
    talk.rows(question, &[]).await?.iter().map(project).collect()
}

/// Whether nothing is there.
pub(super) async fn is_empty(talk: &Talk<'_>) -> Result<bool, Flaw> {
    // Whoever writes a batch meanwhile waits, and then meets what is taken in.
    talk.run("LOCK TABLE objects, inventory, projects IN SHARE ROW EXCLUSIVE MODE").await?;
    let question =
        "SELECT EXISTS (SELECT FROM objects) OR EXISTS (SELECT FROM inventory) OR EXISTS (SELECT FROM projects)
        OR EXISTS (SELECT FROM levels) OR EXISTS (SELECT FROM runs) OR EXISTS (SELECT FROM leases)";
    Ok(!talk.row(question, &[]).await?.is_some_and(|row| row.get(0)))
}

/// Whether a batch of a mark was written.
pub(super) async fn is_marked(talk: &Talk<'_>, mark: &str) -> Result<bool, Flaw> {
    Ok(talk.row("SELECT FROM projects WHERE batch = $1 LIMIT 1", &[(&mark, Type::TEXT)]).await?.is_some())
}

/// Writes down what another catalog holds beside its objects and inventories.
pub(super) async fn take_in(talk: &Talk<'_>, contents: &Contents, mark: &str) -> Result<(), Flaw> {
    let text = || Type::TEXT;
    for KnownProject { id, name } in &contents.projects {
        let given = [(&&**id as _, text()), (name as _, text()), (&mark as _, text())];
        talk.execute("INSERT INTO projects (id, name, batch) VALUES ($1, $2, $3)", &given).await?;
    }
    for of_one in contents.levels.chunk_by(|one, other| one.0 == other.0) {
        let changes: Vec<LevelChange> = of_one.iter().map(|(_, level)| LevelChange::Set(level.clone())).collect();
        change_levels(talk, &of_one[0].0, &changes).await?;
    }
    for (project, run) in contents.runs.iter().rev() {
        record(talk, project, run).await?;
    }
    Ok(())
}
