//! What waits until its new project takes it over.

use super::document::Guard;
use super::guard::quoted;
use super::input::Input;
use super::remembered::Remembered;
use crate::model::{Address, Name, Thing};
use std::collections::{BTreeMap, BTreeSet};

/// So many are named.
const FEW: usize = 5;

/// A notice for each project that is to take something over and did not yet, of what stays as it is until then.
pub(super) fn notices(input: &Input<'_>, left: &BTreeSet<Address>, remembered: &Remembered<'_>) -> Vec<Guard> {
    let mut waiting: BTreeMap<&Name, Vec<String>> = BTreeMap::new();
    for address in left {
        if let Some(to) = remembered.meant.removed(address).and_then(|line| line.to_project.as_ref()) {
            waiting.entry(&to.value).or_default().push(address.to_string());
        }
    }
    let mut known = input.projects.clone();
    for ((store, path), holder) in remembered.files() {
        if let Some(owner) = remembered.owner_instead(&holder.request) {
            known.insert(owner.clone());
            waiting.entry(owner).or_default().push(Thing::file(store, path).to_string());
        }
    }
    let again = |address: &&Address| left.contains(*address);
    let again = input.spent.given.iter().filter(again).map(again_to_one);
    waiting.into_iter().map(|(to, what)| notice(to, &what, known.contains(to))).chain(again).collect()
}

/// That what waits would wait for ever.
fn again_to_one(address: &Address) -> Guard {
    let line = format!("removed {}", quoted(address));
    Guard::notice(format!(
        "{address} went to that project once and came back, and an `adopt` line takes over once: `{line} keep` in place of `{line} to-project=...`, and an \
         apply, lets go of it, after which that project takes over what nobody owns"
    ))
}

fn notice(to: &Name, what: &[String], is_known: bool) -> Guard {
    let mut named: Vec<String> = what.iter().take(FEW).cloned().collect();
    named.extend((what.len() > FEW).then(|| format!("{} more", what.len() - FEW)));
    let named = named.join(", ");
    let (wait, them) = match what.len() {
        1 => (format!("{named} waits for project {to}"), "stays as it is until that takes it over"),
        many => (format!("{many} things wait for project {to}"), "stay as they are until that takes them over"),
    };
    let listed = if what.len() == 1 { String::new() } else { format!(" ({named})") };
    let unknown =
        if is_known { "" } else { "; no project of that id has written to the catalog yet: look whether it is right" };
    Guard::notice(format!("{wait}, and {them}{listed}{unknown}"))
}
