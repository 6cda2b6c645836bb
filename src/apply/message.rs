//! What the commits of an apply say.

use super::Run;
use crate::catalog::{Change, GuardedChange};
use crate::model::Identity;
use crate::plan::Plan;

/// The first line of what is written to the catalog of a project: what is written of objects, what goes, and what it lets go of.
pub(super) fn said_of(operations: &[GuardedChange], project: &str) -> String {
    let count = |is_such: fn(&Change) -> bool| operations.iter().filter(|one| is_such(&one.change)).count();
    let counts = [
        ("write", count(|change| matches!(change, Change::Write { .. } | Change::Make { .. }))),
        ("delete", count(|change| matches!(change, Change::Delete { .. }))),
        ("let go of", count(|change| matches!(change, Change::Forget))),
    ];
    let done: Vec<(&str, usize)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    let Some((_, last)) = done.last() else { return format!("Note levels of {}", one_line(project)) };
    let last = if *last == 1 { "object" } else { "objects" };
    let parts: Vec<String> = done.iter().map(|(word, count)| format!("{word} {count}")).collect();
    let parts = match &*parts {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        parts => parts.concat(),
    };
    let mut said = format!("{parts} {last} of {}", one_line(project));
    said[..1].make_ascii_uppercase();
    said
}

/// What is said of a change: a summary line, and lines that name the project, its id, the plan, the source and the run.
pub(super) fn message(plan: &Plan, Identity { name, id, .. }: &Identity, what: &str, run: &Run) -> String {
    let mut message = format!("{what}\n\n");
    let trailers = [
        ("Plat-Project", Some(name.as_str())),
        ("Plat-Plan", Some(plan.approved_id())),
        ("Plat-Source", run.source.as_deref()),
        ("Plat-Run", Some(run.id.as_str())),
        ("Plat-Project-Id", Some(id.as_str())),
    ];
    for (trailer, value) in trailers {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            message.push_str(&format!("{trailer}: {}\n", one_line(value)));
        }
    }
    message
}

/// A text that is no more than the line that it stands in, so that it begins no trailer of its own.
pub(super) fn one_line(text: &str) -> String {
    text.replace(|letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}'), " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Address, Digest, Kind};

    #[test]
    fn the_first_line_says_what_is_written_and_what_goes() {
        let before = Digest::of(b"");
        let change = |change: Change| GuardedChange { address: Address::new(Kind::Team, "a".into()), change };
        let write = || {
            let fields = Vec::new();
            let owned = Vec::new();
            change(Change::Write {
                fields,
                owned,
                base: before,
                lifecycle: None,
                from: None,
                taken_from: None,
                declared: None,
            })
        };
        let delete = || change(Change::Delete { before });
        let forget = || change(Change::Forget);
        for (operations, said) in [
            (vec![], "Note levels of shop"),
            (vec![write()], "Write 1 object of shop"),
            (vec![delete(), delete()], "Delete 2 objects of shop"),
            (vec![write(), delete()], "Write 1 and delete 1 object of shop"),
            (vec![forget(), write(), write(), delete()], "Write 2, delete 1 and let go of 1 object of shop"),
            (vec![change(Change::Hold { before })], "Note levels of shop"),
        ] {
            assert_eq!(said_of(&operations, "shop"), said);
        }
        assert_eq!(said_of(&[write()], "a\nPlat-Run: b"), "Write 1 object of a Plat-Run: b");
    }
}
