use super::flaw::Flaw;
use crate::adapter::sql::shared::Shared;
use crate::catalog::{LevelChange, LevelRecord};
use crate::model::{Address, Kind};
use rusqlite::{Connection, Row};

/// The levels of a project, sorted.
pub(super) fn read(connection: &Connection, project: &str) -> Result<Vec<LevelRecord>, Flaw> {
    let mut question =
        connection.prepare("SELECT scorecard, kind, parent, name, level FROM levels WHERE project = ?1")?;
    let mut rows = question.query([project])?;
    let (mut scorecards, mut parents, mut levels) = (Shared::new(), Shared::new(), Shared::new());
    let mut records = Vec::new();
    let mut record = |row: &Row<'_>| -> Option<LevelRecord> {
        let text = |column: usize| row.get_ref(column).ok()?.as_str().ok();
        let kind = Kind::from_word(text(1)?)?;
        Some(LevelRecord {
            scorecard: scorecards.name(text(0)?),
            entity: Address::below(kind, parents.name(text(2)?), text(3)?.into()),
            level: row.get_ref(4).ok()?.as_str_or_null().ok()?.map(|level| levels.name(level)),
        })
    };
    while let Some(row) = rows.next()? {
        records.push(record(row).ok_or_else(|| Flaw::levels(project))?);
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
