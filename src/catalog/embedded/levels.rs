use super::fault::Fault;
use super::shared::{Shared, kind};
use crate::catalog::LevelRecord;
use crate::model::{Address, Name};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The levels of a project, sorted.
pub(super) fn read(connection: &Connection, project: &str) -> Result<Vec<LevelRecord>, Fault> {
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

/// Makes the levels of a project these, and writes only what differs.
pub(super) fn replace(connection: &Connection, project: &str, levels: &[LevelRecord]) -> Result<(), Fault> {
    let present = read(connection, project)?;
    let mut wanted: BTreeMap<(&Name, &Address), &Option<Name>> =
        levels.iter().map(|record| ((&record.scorecard, &record.entity), &record.level)).collect();
    let mut put = connection.prepare("INSERT OR REPLACE INTO levels VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut remove = connection
        .prepare("DELETE FROM levels WHERE (project, scorecard, kind, parent, name) = (?1, ?2, ?3, ?4, ?5)")?;
    for LevelRecord { scorecard, entity, level } in &present {
        match wanted.get(&(scorecard, entity)).map(|wanted_level| *wanted_level == level) {
            Some(true) => drop(wanted.remove(&(scorecard, entity))),
            Some(false) => {}
            None => {
                remove.execute((project, &**scorecard, entity.kind.word(), &*entity.parent, &*entity.name))?;
            }
        }
    }
    for ((scorecard, entity), level) in wanted {
        let level = level.as_deref();
        put.execute((project, &**scorecard, entity.kind.word(), &*entity.parent, &*entity.name, level))?;
    }
    Ok(())
}
