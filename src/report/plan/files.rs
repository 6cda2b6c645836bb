//! Files of a state store that change: how many, and what changes in them.

use super::alike::{alike, behind};
use super::change::paint;
use super::counted;
use super::field::{Bound, apart, signed};
use crate::plan::{Action, FileChange, Operation};
use crate::report::clean::{clean, one_line};
use crate::report::columns::{columns, cropped_path};
use crate::report::difference::Line;
use crate::report::fact::symbol;
use crate::report::{Paint, Style};

/// Kinds of changes that are shown of one store.
const MOST_KINDS: usize = 6;
/// Lines that are shown of a kind.
const MOST_LINES: usize = 6;
/// Files that move and are named.
const MOST_MOVED: usize = 3;

/// What becomes of a file: what is done to it, and whether what is in it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    action: Action,
    keeps_bytes: bool,
}

impl Change {
    /// That of an operation.
    pub(super) fn of(operation: &Operation) -> Self {
        Self { action: operation.action, keeps_bytes: operation.keeps_bytes() }
    }
}

/// How many files one thing is done to: `~ gitops: 3 files  +3 -3`.
pub(super) fn line(store: &str, change: Change, files: &[&Operation], style: Style) -> String {
    let lines = |of: fn(&FileChange) -> usize| files.iter().filter_map(|one| one.file()).map(of).sum::<usize>();
    let head = format!("{} {}: {}", symbol(change.action), one_line(store), counted(files.len(), "file"));
    let path = match (change.action, files.len()) {
        (Action::Move, 1) => "  gets another path",
        (Action::Move, _) => "  get other paths",
        _ => "",
    };
    let lines = if change.keeps_bytes {
        String::new()
    } else {
        format!("  +{} -{}", lines(|file| file.added), lines(|file| file.removed))
    };
    let head = style.paint(paint(change.action), &head);
    format!("{head}{path}{lines}  {}\n", style.paint(Paint::Dim, "(--rendered shows them)"))
}

/// What changes in files: of those in which the same lines change one stands for all, and what changes in few comes first.
pub(super) fn kinds(change: Change, files: &[&Operation], style: Style) -> String {
    match (change.action, change.keeps_bytes) {
        (Action::Move, true) => moved(files, style),
        (Action::Update | Action::Move, _) => changed(files, style),
        _ => String::new(),
    }
}

fn changed(files: &[&Operation], style: Style) -> String {
    let kinds = alike(files);
    let mut out = String::new();
    for kind in kinds.iter().take(MOST_KINDS) {
        let Some((one, first)) = kind.members.first().and_then(|one| Some((one, one.file()?))) else { continue };
        let more = kind.members.len() - 1;
        let others = if more > 0 { format!(" and {} alike", counted(more, "file")) } else { String::new() };
        let free = style.width.saturating_sub(others.chars().count() + 4).max(30);
        let path = match one.from_path() {
            Some(from) => paths(from, &first.path, free.max(60)),
            None => cropped_path(&one_line(&first.path), free),
        };
        out.push_str(&format!("    {path}{}\n", style.paint(Paint::Dim, &others)));
        out.push_str(&lines(first, style));
    }
    out + &behind(kinds.iter().map(|kind| &kind.members), MOST_KINDS, |files, ways| {
        format!("    … {} in {}; --rendered shows them\n", counted(files, "more file"), counted(ways, "other way"))
    })
}

/// The lines of a file that come and go.
fn lines(file: &FileChange, style: Style) -> String {
    let Some(patch) = &file.patch else { return String::new() };
    let patch = clean(patch);
    let changed: Vec<&str> = patch.lines().filter(|line| line.starts_with(['+', '-'])).collect();
    let mut out = String::new();
    let shown: Vec<Line> = changed.iter().take(MOST_LINES).map(|line| signed((*line).to_owned())).collect();
    for (line, text) in shown.iter().zip(apart(&shown, style.width.saturating_sub(7).max(30), Bound::Fitting)) {
        let (sign, painted) = if matches!(line, Line::Added(_)) { ('+', Paint::Added) } else { ('-', Paint::Removed) };
        out.push_str(&format!("      {}\n", style.paint(painted, &format!("{sign}{text}"))));
    }
    let more = changed.len().saturating_sub(MOST_LINES);
    if more > 0 {
        out.push_str(&format!("      … {}\n", counted(more, "more line")));
    }
    out
}

fn moved(files: &[&Operation], style: Style) -> String {
    let mut out = String::new();
    for operation in files.iter().take(MOST_MOVED) {
        let Some((file, from)) = operation.file().zip(operation.from_path()) else { continue };
        out.push_str(&format!("    {}\n", paths(from, &file.path, style.width.saturating_sub(4).max(60))));
    }
    let more = files.len().saturating_sub(MOST_MOVED);
    if more > 0 {
        out.push_str(&format!("    … {}\n", counted(more, "more file")));
    }
    out
}

/// Two paths on one line; where they are too long for it, with what both have in common said once, as Git writes it:
/// `a/{b -> c}/d`.
fn paths(from: &str, to: &str, most: usize) -> String {
    let [from, to] = [from, to].map(|path| one_line(path).into_owned());
    let whole = format!("{from} -> {to}");
    if columns(&whole) <= most {
        return whole;
    }
    let alike = from.bytes().zip(to.bytes()).take_while(|(one, other)| one == other).count();
    let begin = from.as_bytes()[..alike].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let ends = from[begin..].bytes().rev().zip(to[begin..].bytes().rev());
    let alike = ends.take_while(|(one, other)| one == other).count();
    let end = from.as_bytes()[from.len() - alike..].iter().position(|byte| *byte == b'/');
    let end = end.map_or(0, |slash| alike - slash);
    let (head, tail) = (&from[..begin], &from[from.len() - end..]);
    format!("{head}{{{} -> {}}}{tail}", &from[begin..from.len() - end], &to[begin..to.len() - end])
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn of_two_long_paths_what_they_have_in_common_is_said_once() {
        assert_eq!(paths("a/x.yaml", "b/x.yaml", 60), "a/x.yaml -> b/x.yaml");
        let long = |folder: &str| format!("prod/resources/default/app/cart/configure-app/{folder}/cluster.yaml");
        let said = "prod/resources/default/app/cart/configure-app/{one -> two}/cluster.yaml";
        assert_eq!(paths(&long("one"), &long("two"), 60), said);
        assert_eq!(paths("a/b", "a/b/c", 0), "a/{b -> b/c}");
        assert_eq!(paths("a/b/b", "a/b", 0), "a/{b/b -> b}");
        assert_eq!(paths("é/x", "ê/x", 0), "{é -> ê}/x");
        assert_eq!(paths("a/é", "a/ê", 0), "a/{é -> ê}");
    }
}
