use super::flaw::Flaw;
use super::shared::{Shared, kind};
use crate::catalog::{LevelChange, LevelRecord};
use crate::model::Address;
use rusqlite::Connection;

/// The levels of a project, sorted.
pub(super) fn read(connection: &Connection, project: &str) -> Result<Vec<LevelRecord>, Flaw> {
    let mut question =
        connection.prepare("SELECT scorecard, kind, parent, name, level FROM levels WHERE project = ?1")?;
    let mut rows = question.query([project])?;
    let (mut scorecards, mut parents, mut levels) = (Shared::new(), Shared::new(), Shared::new());
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = kind(row.get_ref(1)?.as_str()?)?;
        let parent = parents.name(row.get_ref(2)?.as_str()?);
        records.push(LevelRecord {
            scorecard: scorecards.name(row.get_ref(0)?.as_str()?),
            entity: Address::below(kind, parent, row.get_ref(3)?.as_str()?.into()),
            level: row.get_ref(4)?.as_str_or_null()?.map(|level| levels.name(level)),
        });
    }
    records.sort();
    Ok(records)
}

/// Carries out changes of the levels of a project.
pub(super) fn change(connection: &Connection, project: &str, changes: &[LevelChange]) -> Result<(), Flaw> {
    let mut put = connection.prepare(
        "INSERT INTO levels VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET level = excluded.level",
    )?;
    let mut remove = connection
        .prepare("DELETE FROM levels WHERE (project, scorecard, kind, parent, name) = (?1, ?2, ?3, ?4, ?5)")?;
    for change in changes {
        match change {
            LevelChange::Set(LevelRecord { scorecard, entity, level }) => {
                let level = level.as_deref();
                let row = (project, &**scorecard, entity.kind.word(), &*entity.parent, &*entity.name, level);
                Flaw::unless_one(put.execute(row)?, format_args!("the level of {entity}"))?;
            }
            LevelChange::Remove { scorecard, entity } => {
                remove.execute((project, &**scorecard, entity.kind.word(), &*entity.parent, &*entity.name))?;
            }
        }
    }
    Ok(())
}
