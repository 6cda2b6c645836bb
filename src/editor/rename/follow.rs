use super::{NotRenamed, Renaming, anew, thing_of};
use crate::editor::Snapshot;
use crate::model::Project;
use crate::source::Origin;
use crate::workspace::Loaded;
use std::collections::{BTreeMap, BTreeSet};

impl Snapshot {
    /// Gives those objects another name that get one in consequence, as what a template, an `each` or a table makes of the name: so that they
    /// are moved too. `before` is the project in one of its environments, and `after` the same with the edits. Whether there are such.
    ///
    /// # Errors
    /// Where it cannot be told what becomes of one, with its place.
    pub fn follow(&self, renaming: &mut Renaming, before: &Loaded, after: &Project) -> Result<bool, NotRenamed> {
        let (was, is) = (addresses(&before.project), addresses(after));
        let mut come: BTreeSet<&str> = is.keys().filter(|one| !was.contains_key(*one)).map(String::as_str).collect();
        let mut gone: Vec<(&str, Origin)> = Vec::new();
        for (address, origin) in was.iter().filter(|(one, _)| !is.contains_key(*one)) {
            let told = renaming.moved.iter().filter_map(|(from, to)| anew(address, from, to));
            if !told.into_iter().any(|to| come.remove(&*to)) {
                gone.push((address, *origin));
            }
        }
        let place = |origin: Origin| {
            let span = origin.text().map(|span| before.sources.written(span).span);
            span.map(|span| format!(", at {}", before.sources.location(span))).unwrap_or_default()
        };
        for (address, origin) in &gone {
            let (old, new) = &renaming.names;
            let found: BTreeSet<String> = replaced(address, old, new).filter(|to| come.contains(&**to)).collect();
            let mut found = found.into_iter();
            let (Some(to), None) = (found.next(), found.next()) else {
                let place = place(*origin);
                return Err(NotRenamed(format!(
                    "`{address}` would go, and it cannot be told which object it becomes{place}: change the name by hand, and say \
                     `moved` of what follows from it"
                )));
            };
            come.remove(&*to);
            self.give(address, &to, renaming)?;
        }
        if let Some(first) = come.first() {
            return Err(NotRenamed(format!(
                "`{first}` would be made by that, and is not there now: change the name by hand"
            )));
        }
        renaming.settle();
        Ok(!gone.is_empty())
    }
}

/// The addresses of all that a project declares, each with its place.
fn addresses(project: &Project) -> BTreeMap<String, Origin> {
    project.declared().into_iter().map(|one| (one.address().to_string(), one.span())).collect()
}

/// What an address may become where a name in it becomes another: wherever it is in it, or at one place.
fn replaced(address: &str, old: &str, new: &str) -> impl Iterator<Item = String> {
    let name = thing_of(address);
    let start = address.len() - name.len();
    let once = name.match_indices(old).map(move |(at, _)| {
        let (before, behind) = (&address[..start + at], &address[start + at + old.len()..]);
        format!("{before}{new}{behind}")
    });
    std::iter::once(format!("{}{}", &address[..start], name.replace(old, new))).chain(once)
}
