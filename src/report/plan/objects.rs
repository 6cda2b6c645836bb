//! Objects of Kubernetes that go out of files that stay, as they stand among what is destroyed.

use super::view::{Detail, View};
use crate::plan::LostObject;
use crate::report::clean::one_line;
use crate::report::columns::cropped;
use crate::report::{Paint, Style};
use std::collections::BTreeMap;

/// Up to this many are named one by one.
const MOST: usize = 12;
/// Of more, so many of a kind.
const OF_A_KIND: usize = 6;

/// Each by itself, or by kinds where there are many.
pub(super) fn lost(objects: &[&LostObject], view: &View, style: Style) -> String {
    if objects.len() <= MOST || view.detail == Detail::Full {
        return objects.iter().map(|lost| line(lost, style)).collect();
    }
    let mut kinds: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for lost in objects {
        kinds.entry((&lost.object.kind, &lost.object.group)).or_default().push(&lost.object.name);
    }
    let mut out = String::new();
    for ((kind, _), names) in kinds {
        let head = format!("- {} in files: {}", one_line(kind), names.len());
        let more = names.len().saturating_sub(OF_A_KIND);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let free = style.width.saturating_sub(head.len() + more.len() + 2).max(30);
        let first = names.iter().take(OF_A_KIND).copied().collect::<Vec<_>>().join(", ");
        let first = cropped(&one_line(&first), free);
        out.push_str(&format!("{}  {first}{more}\n", style.paint(Paint::Removed, &head)));
    }
    out + "… --full names each of them\n"
}

/// One: what goes, out of which file, and what comes for it.
pub(super) fn line(lost: &LostObject, style: Style) -> String {
    let line = format!("- {lost}");
    format!("{}\n", style.paint(Paint::Removed, &one_line(&line)))
}
