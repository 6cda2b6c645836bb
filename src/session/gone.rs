//! What became of what a text names and nobody else has any more: it went, or this project has taken it over since.

use crate::catalog::{Catalog, CatalogError, Entry};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::diff::desired;
use crate::model::{Address, Kind};
use crate::resolve::LockedProject;
use crate::syntax::edit::write_string;
use crate::workspace::Loaded;
use std::collections::BTreeSet;

/// What is known of what others own, and what was.
pub(super) struct Known<'k> {
    /// What the copy beside the project has, but for what has another name by now.
    pub(super) before: BTreeSet<&'k Address>,
    /// The projects that it was pulled from.
    pub(super) projects: &'k [LockedProject],
    /// What the catalog holds.
    pub(super) observed: &'k [Entry],
    pub(super) catalog: &'k dyn Catalog,
    /// The id of the project.
    pub(super) own: &'k str,
}

/// Says of each name that nobody has what became of it, and a way that works: to have it back where it was, or to do without.
///
/// # Errors
/// Where the catalog cannot be read.
pub(super) fn told(loaded: &mut Loaded, known: &Known<'_>) -> Result<(), CatalogError> {
    let is_missed = |one: &Diagnostic| one.code.is_of_unknown_name() || one.code == code::EXTERN_OF_NOTHING;
    let missed: Vec<&Diagnostic> = loaded.diagnostics.iter().filter(|one| is_missed(one)).collect();
    if missed.is_empty() {
        return Ok(());
    }
    let is_named = |address: &Address| missed.iter().any(|one| names(one, address));
    let declared: BTreeSet<Address> = desired(&loaded.project).into_iter().map(|one| one.address).collect();
    let live = known.observed.iter().filter(|entry| entry.live.is_some());
    let own: Vec<Address> = live
        .clone()
        .filter(|entry| entry.owner.is_some() && !declared.contains(&entry.address) && is_named(&entry.address))
        .map(|entry| entry.address.clone())
        .collect();
    let ways = known.catalog.hand_overs(known.own, &own)?;
    let taken = own.iter().zip(&ways).filter_map(|(address, ways)| Some((address, &*ways.last()?.from)));
    let live: BTreeSet<&Address> = live.map(|entry| &entry.address).collect();
    let went = known.before.iter().filter(|address| !live.contains(**address) && is_named(address));
    let taken = taken.map(|(address, from)| (address.clone(), taken_over(address, from, known.own)));
    let became: Vec<(Address, String)> =
        taken.chain(went.map(|address| ((*address).clone(), gone(address, known.projects)))).collect();
    let mut told = Diagnostics::default();
    told.extend(std::mem::take(&mut loaded.diagnostics).into_iter().map(|one| {
        match became.iter().find(|(address, _)| is_missed(&one) && names(&one, address)) {
            Some((_, became)) => with(one, became),
            None => one,
        }
    }));
    loaded.diagnostics = told;
    Ok(())
}

/// Whether a problem is that there is nothing of an address.
fn names(one: &Diagnostic, address: &Address) -> bool {
    if one.code == code::EXTERN_OF_NOTHING {
        return one.message.contains(&format!("is {address} when"));
    }
    let is_said = |name: &str| one.message.contains(&format!("`{name}`"));
    let is_of_kind = (one.code == code::UNKNOWN_TARGET) == (address.kind == Kind::Entity);
    is_of_kind && is_said(&address.name) && (address.parent.is_empty() || is_said(&address.parent))
}

/// That this project has it, and how the other one has it back.
fn taken_over(address: &Address, from: &str, own: &str) -> String {
    let (said, own) = (write_string(&address.to_string()), write_string(own));
    format!(
        "this project took {address} over from project {from}, and has it: declare it here, or let that project take it back first, by `adopt {said} \
         from={own}` beside its declaration there and an apply"
    )
}

/// That it went, and with whose text.
fn gone(address: &Address, projects: &[LockedProject]) -> String {
    let (from, whom) = match projects {
        [only] => (format!(" from project {} ({})", only.name, only.id), "that project"),
        _ => (String::new(), "its project"),
    };
    format!(
        "{address} went from the catalog since it was pulled{from}: take out what names it, or let {whom} bring it back"
    )
}

/// The problem with that before what else may be done; that a pull brings it is not so.
fn with(mut one: Diagnostic, became: &str) -> Diagnostic {
    let else_done = one.help.take().filter(|_| one.code != code::EXTERN_OF_NOTHING);
    let else_done =
        else_done.map(|help| help.split("; what another project has").next().unwrap_or_default().to_owned());
    let more = else_done.filter(|help| !became.contains("declare it") || !help.starts_with("declare it"));
    one.help(more.map_or_else(|| became.to_owned(), |help| format!("{became}; or {help}")))
}
