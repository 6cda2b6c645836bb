//! What is destroyed: each by itself, or by groups where there is much, so that all of it stands in the first lines.

use super::alike::grouped;
use super::change::operation;
use super::counted;
use super::many::groups;
use super::view::{Detail, Telling, View};
use crate::model::Thing;
use crate::plan::{LostObject, Operation};
use crate::report::clean::one_line;
use crate::report::columns::{columns, cropped_path};
use crate::report::{Paint, Style};

/// Up to this many are named one by one, and of groups so many are told.
const MOST: usize = 12;
/// Of a group so many are named.
const OF_A_GROUP: usize = 6;

/// A group: its name, how many are in it, and the names of the first.
type Group = (String, usize, Vec<String>);

/// The objects and files that go.
pub(super) fn operations(operations: &[&Operation], view: &View, style: Style) -> String {
    if operations.len() <= MOST {
        let heads = View { detail: Detail::Summary, rendered: Telling::Counted, ..view.clone() };
        return operations.iter().map(|one| operation(one, &heads, style)).collect();
    }
    let group = |(name, members): (String, Vec<&Operation>)| {
        let names = members.iter().take(OF_A_GROUP).map(|operation| match &operation.thing {
            Thing::File { path, .. } => path.to_string(),
            Thing::Object(address) => address.name.to_string(),
        });
        (name, members.len(), names.collect())
    };
    let out = by_group(&groups(operations).into_iter().map(group).collect::<Vec<_>>(), style);
    // The full report names them below.
    if view.detail == Detail::Full { out } else { out + "… --full names each of them\n" }
}

/// The objects of Kubernetes that go out of files that stay.
pub(super) fn objects(objects: &[&LostObject], view: &View, style: Style) -> String {
    if objects.len() <= MOST || view.detail == Detail::Full {
        return objects.iter().map(|lost| line(lost, style)).collect();
    }
    let kinds = grouped(objects.iter().copied(), |lost| (&*lost.object.kind, &*lost.object.group));
    let group = |((kind, _), members): ((&str, &str), Vec<&LostObject>)| {
        let names = members.iter().take(OF_A_GROUP).map(|lost| lost.object.name.clone());
        (format!("{kind} in files"), members.len(), names.collect())
    };
    by_group(&kinds.into_iter().map(group).collect::<Vec<_>>(), style) + "… --full names each of them\n"
}

/// One: what goes, out of which file, and what comes for it.
pub(super) fn line(lost: &LostObject, style: Style) -> String {
    format!("{}\n", style.paint(Paint::Removed, &one_line(&format!("- {lost}"))))
}

/// A line a group.
fn by_group(groups: &[Group], style: Style) -> String {
    let (more, rest) = (groups.len().saturating_sub(MOST), groups.iter().skip(MOST).map(|(_, count, _)| count));
    let rest = if more > 0 {
        format!("- {} in {}\n", rest.sum::<usize>(), counted(more, "more group"))
    } else {
        String::new()
    };
    let line = |(name, count, names): &Group| {
        let head = format!("- {}: {count}", one_line(name));
        let free = style.width.saturating_sub(columns(&head) + 2).max(30);
        format!("{}  {}\n", style.paint(Paint::Removed, &head), fitting(names, *count, free))
    };
    groups.iter().take(MOST).map(line).collect::<String>() + &rest
}

/// As many names as fit, of `all` that there are, and how many more there are; one at least.
fn fitting(names: &[String], all: usize, most: usize) -> String {
    let more = |shown: usize| if shown < all { format!(" and {} more", all - shown) } else { String::new() };
    let line = |shown: usize| {
        let names = names.iter().take(shown).map(|name| one_line(name).into_owned());
        names.collect::<Vec<_>>().join(", ") + &more(shown)
    };
    let whole = (1..=names.len()).rev().map(line).find(|line| columns(line) <= most);
    whole.unwrap_or_else(|| {
        let first = names.first().map(|name| one_line(name)).unwrap_or_default();
        cropped_path(&first, most.saturating_sub(columns(&more(1)))) + &more(1)
    })
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let names = ["prod/resources/a.yaml", "prod/resources/b.yaml"].map(ToOwned::to_owned);
        for (all, most, text) in [
            (2, 50, "prod/resources/a.yaml, prod/resources/b.yaml"),
            (2, 32, "prod/resources/a.yaml and 1 more"),
            (7, 60, "prod/resources/a.yaml, prod/resources/b.yaml and 5 more"),
            (7, 26, "prod/re…/a.yaml and 6 more"),
        ] {
            assert_eq!(fitting(&names, all, most), text);
        }
    }
}
