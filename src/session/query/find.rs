use super::{Condition, Selection, field, select};
use crate::catalog::Catalog;
use crate::model::{Address, Kind, Object};
use crate::session::{Disk, Misuse, SessionError, open_catalog};
use crate::wait::Wait;

/// A catalog that is asked, and the addresses of what it holds.
pub struct Held {
    catalog: Box<dyn Catalog>,
    /// The addresses, in their order.
    pub addresses: Vec<Address>,
}

/// Some of what a catalog holds.
#[derive(Debug, Default)]
pub struct Found {
    /// The objects.
    pub objects: Vec<Object>,
    /// What was asked for and is probably meant otherwise, in a sentence each.
    pub notes: Vec<String>,
}

/// What the catalog of a project holds, whoever owns it.
///
/// # Errors
/// Where it cannot be read.
pub fn held(disk: &Disk) -> Result<Held, SessionError> {
    let catalog = open_catalog(disk, &Wait::default())?;
    let live = catalog.observe("")?.into_iter().filter(|entry| entry.live.is_some());
    Ok(Held { addresses: live.map(|entry| entry.address).collect(), catalog })
}

impl Held {
    /// The objects that are meant, as [`select`] reads it, and what kind they are of.
    ///
    /// # Errors
    /// Where nothing is meant, and where the catalog cannot be read.
    pub fn meant(self, subject: &str, name: Option<&str>) -> Result<(Kind, Vec<Object>), SessionError> {
        let Selection { kind, addresses } = select(self.addresses, subject, name).map_err(Misuse::Query)?;
        Ok((kind, self.catalog.objects(&addresses)?.into_iter().flatten().collect()))
    }
}

impl Found {
    /// Those objects of which a condition holds at a time, in seconds since 1970 (UTC). `columns` are the fields that are to be shown.
    pub fn of(objects: Vec<Object>, condition: &Condition, columns: &[String], now: i64) -> Self {
        let mut notes = Vec::new();
        if !objects.is_empty() {
            let asked = columns.iter().cloned().chain(condition.fields());
            let nowhere = asked.filter(|path| objects.iter().all(|object| field(object, path).is_none()));
            notes.extend(nowhere.map(|path| format!("none of them has a `{path}`")));
        }
        let advice = condition.advice(&objects);
        let objects = condition.of(objects, now);
        if objects.is_empty() {
            notes.extend(advice);
        }
        Self { objects, notes }
    }
}
