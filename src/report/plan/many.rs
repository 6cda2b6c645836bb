//! Many operations: by what they are, each group with a bound.

use super::alike::{alike, behind, fields, grouped, largest_first};
use super::change::{self, file_of, operation};
use super::view::{Detail, Telling, View};
use super::{counted, files};
use crate::model::{Kind, Name, Thing};
use crate::plan::{Action, Operation, Reason, Target};
use crate::report::clean::one_line;
use crate::report::columns::cropped;
use crate::report::fact::sign;
use crate::report::{Paint, Style, Table, named};
use std::collections::{BTreeMap, BTreeSet};

/// Up to this many operations are shown one after the other, in the order in which they are done.
const FEW: usize = 40;
/// Of more, so many groups.
const MOST_GROUPS: usize = 12;
/// So many kinds of change in a group.
const MOST_KINDS: usize = 12;
/// So many changes of a kind.
const OF_A_KIND: usize = 3;
/// Fields whose changes are counted in the heading of a group.
const MOST_FIELDS: usize = 8;
/// Files of a store that are named though they are not asked for, because others had a hand in them.
const MOST_FILES: usize = 10;

/// What is done and stays: few operations as they are, many by groups behind a table of them.
pub(super) fn stays(operations: &[&Operation], view: &View, style: Style) -> String {
    let (files, objects): (Vec<&Operation>, Vec<&Operation>) =
        operations.iter().partition(|operation| matches!(operation.target, Target::File(_)));
    let mut out = String::new();
    if view.detail == Detail::Full || objects.len() <= FEW {
        out.extend(objects.iter().map(|one| operation(one, view, style)));
    } else {
        out.push_str(&tabled(&objects, view, style));
    }
    if view.detail == Detail::Full || view.rendered == Telling::Listed {
        out.extend(files.iter().map(|one| operation(one, view, style)));
    } else {
        out.push_str(&stores(&files, view, style));
    }
    out
}

/// What an operation belongs to: `entity:service`, `blueprint`, or the files of a store.
fn group(operation: &Operation) -> String {
    match &operation.thing {
        Thing::File { store, .. } => format!("files of {store}"),
        Thing::Object(address) if address.parent.is_empty() => address.kind.word().to_owned(),
        Thing::Object(address) => format!("{}:{}", address.kind.word(), address.parent),
    }
}

/// Operations by what they belong to, the largest group first.
pub(super) fn groups<'o>(operations: &[&'o Operation]) -> Vec<(String, Vec<&'o Operation>)> {
    let mut groups: BTreeMap<(Option<Kind>, &Name), Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        let key = match &operation.thing {
            Thing::File { store, .. } => (None, store),
            Thing::Object(address) => (Some(address.kind), &address.parent),
        };
        groups.entry(key).or_default().push(operation);
    }
    let named = groups.into_values().filter_map(|members| Some((group(members.first()?), members)));
    let mut groups: Vec<(String, Vec<&Operation>)> = named.collect();
    groups.sort_by(|(name, members), (other, others)| (others.len(), name).cmp(&(members.len(), other)));
    groups
}

/// How many operations of a group are of which sign: `+3 ~1`.
fn signs(operations: &[&Operation]) -> String {
    let signs = grouped(operations, |operation| (operation.action, sign(operation)));
    signs.iter().map(|((_, sign), members)| format!("{sign}{}", members.len())).collect::<Vec<_>>().join(" ")
}

/// The files of KDL that most of a group are written in.
fn sources(operations: &[&Operation], style: Style) -> String {
    let sources = operations.iter().filter_map(|operation| operation.source.as_ref());
    let files = largest_first(sources, |source| file_of(source, style));
    named(files.iter().map(|(file, all)| format!("{file} ({})", all.len())), 2)
}

fn tabled(operations: &[&Operation], view: &View, style: Style) -> String {
    let groups = groups(operations);
    let mut table = Table::new(["changes of", "", "declared in"]);
    for (name, members) in groups.iter().take(MOST_GROUPS) {
        table.row(&[name, &signs(members), &sources(members, style)]);
    }
    let rest = behind(groups.iter().map(|(_, members)| members), MOST_GROUPS, |changes, groups| {
        format!("… {} in {}; --full shows them\n", counted(changes, "change"), counted(groups, "more group"))
    });
    let mut out = table.print(style) + &rest;
    for (name, members) in groups.iter().take(MOST_GROUPS) {
        out.push_str(&format!("\n{}\n", style.paint(Paint::Bold, &heading(name, members, style))));
        out.push_str(&by_kind(members, view, style));
    }
    out
}

/// A group and how often which of its fields change: `entity:service  properties.slo 100, team 60`.
fn heading(name: &str, members: &[&Operation], style: Style) -> String {
    let fields = fields(members);
    let told = |(path, count): &(&str, usize)| format!("{path} {count}");
    // Between the most frequent and the rarest something may be left out.
    let (first, last) = if fields.len() > MOST_FIELDS { (MOST_FIELDS - 1, 1) } else { (fields.len(), 0) };
    let mut named: Vec<String> = fields.iter().take(first).map(told).collect();
    if first + last < fields.len() {
        named.push(format!("… {}", counted(fields.len() - first - last, "more field")));
    }
    named.extend(fields.iter().skip(fields.len() - last).map(told));
    cropped(&one_line(&format!("{name}  {}", named.join(", "))), style.width.max(60)).trim_end().to_owned()
}

/// The changes of a group by what they do: of what many do some, of what few do all, and first.
fn by_kind(members: &[&Operation], view: &View, style: Style) -> String {
    let kinds = alike(members);
    let mut out = String::new();
    for kind in kinds.iter().take(MOST_KINDS) {
        let same = kind.traits.iter().all(|one| one.how.is_some());
        let shown = match kind.members.len() {
            count if count <= OF_A_KIND => count,
            _ if kind.is_same() => 1,
            _ => OF_A_KIND,
        };
        kind.members.iter().take(shown).for_each(|one| out.push_str(&operation(one, view, style)));
        let more = kind.members.len() - shown;
        if more > 0 {
            let paths: Vec<&str> =
                kind.traits.iter().map(|one| one.name.as_str()).filter(|name| !name.is_empty()).collect();
            let what = match (same, paths.is_empty()) {
                (_, true) => String::new(),
                (true, false) => " the same".to_owned(),
                (false, false) => format!(" in {}", cropped(&one_line(&paths.join(", ")), 60)),
            };
            let verb = verb(kind.members[0].action);
            out.push_str(&format!("… {more} more {verb}{what}; --full shows them\n"));
        }
    }
    out + &behind(kinds.iter().map(|kind| &kind.members), MOST_KINDS, |changes, kinds| {
        format!("… {} of {}; --full shows them\n", counted(changes, "change"), counted(kinds, "more kind"))
    })
}

/// Changes of which those that are the same are shown once.
#[derive(Default)]
pub(in crate::report) struct Folded {
    /// The changes that are shown.
    pub(in crate::report) texts: Vec<String>,
    /// Those that are not, as each is the same as one of these.
    pub(in crate::report) same: Vec<Same>,
}

/// Changes that are the same as one that is shown.
pub(in crate::report) struct Same {
    /// What they are, in a line.
    pub(in crate::report) heading: String,
    /// Each of them, with its place.
    pub(in crate::report) names: Vec<String>,
}

impl Folded {
    /// How many changes there are.
    pub(in crate::report) fn count(&self) -> usize {
        self.texts.len() + self.same.iter().map(|one| one.names.len()).sum::<usize>()
    }
}

/// Changes in their order, each for itself, but of many that do the same the first alone.
pub(super) fn folded(operations: &[&Operation], view: &View, style: Style) -> Folded {
    let mut same = Vec::new();
    let mut hidden: BTreeSet<&Thing> = BTreeSet::new();
    for (name, members) in groups(operations) {
        for kind in alike(&members).into_iter().filter(|kind| kind.members.len() > OF_A_KIND && kind.is_same()) {
            let rest = &kind.members[1..];
            hidden.extend(rest.iter().map(|one| &one.thing));
            let heading = format!("{} more of {name} {} the same", rest.len(), verb(rest[0].action));
            same.push(Same { heading, names: rest.iter().map(|one| change::heading(one, style)).collect() });
        }
    }
    let shown = operations.iter().filter(|one| !hidden.contains(&one.thing));
    Folded { texts: shown.map(|one| operation(one, view, style)).collect(), same }
}

/// What operations do, as it is said of several of them.
fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "come",
        Action::Update => "change",
        Action::Move => "move",
        Action::Adopt => "are taken over",
        Action::Delete | Action::Vacate => "go",
        Action::Release | Action::Forget => "are let go of",
        Action::Record => "are recorded",
    }
}

/// What becomes of the files of each store, and each file that others had a hand in.
fn stores(operations: &[&Operation], view: &View, style: Style) -> String {
    let files = operations.iter().filter_map(|operation| Some((&*operation.file()?.store, *operation)));
    let mut out = String::new();
    // What others did is shown with its lines, as a field of an object would be.
    let opened = match view.detail {
        Detail::Summary => view.clone(),
        Detail::Changes | Detail::Full => View { rendered: Telling::Listed, ..view.clone() },
    };
    for (store, files) in grouped(files, |file| file.0) {
        let files = files.into_iter().map(|file| file.1);
        let (unusual, usual): (Vec<&Operation>, Vec<&Operation>) = files.partition(|one| is_unusual(one));
        unusual.iter().take(MOST_FILES).for_each(|one| out.push_str(&operation(one, &opened, style)));
        let more = unusual.len().saturating_sub(MOST_FILES);
        if more > 0 {
            out.push_str(&format!(
                "… {more} more of {} that others had a hand in; --rendered shows them\n",
                one_line(store)
            ));
        }
        for (change, files) in grouped(usual, |operation| files::Change::of(operation)) {
            out.push_str(&files::line(store, change, &files, style));
            if view.detail == Detail::Changes {
                out.push_str(&files::kinds(change, &files, style));
            }
        }
    }
    out
}

/// Whether others had a hand in a file, so that it is no mere consequence of what is declared.
fn is_unusual(operation: &Operation) -> bool {
    let by_others = operation
        .reasons
        .iter()
        .any(|reason| reason.is_revert() || matches!(reason, Reason::Unowned | Reason::TakenFrom(_)));
    let replaces = operation.file().is_some_and(|file| file.replaces.is_some());
    by_others || replaces || operation.action == Action::Release
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{FileChange, Phase};

    fn file(number: usize, patch: Option<String>) -> Operation {
        let path = format!("{number}.yaml");
        Operation {
            action: Action::Update,
            thing: Thing::file("s", &path),
            from: None,
            phase: Phase::Files,
            reasons: Vec::new(),
            needs: Vec::new(),
            source: None,
            target: Target::File(Box::new(FileChange {
                store: "s".into(),
                destination: None,
                path: (&*path).into(),
                before: None,
                content: None,
                request: None,
                taken_from: None,
                replaces: None,
                patch,
                added: 1,
                removed: 1,
            })),
        }
    }

    #[test]
    fn files_that_change_the_same_way_are_shown_once() {
        let counts = |patch: &dyn Fn(usize) -> Option<String>| {
            let all: Vec<Operation> = (0..14).map(|number| file(number, patch(number))).collect();
            let all: Vec<&Operation> = all.iter().collect();
            let found = folded(&all, &View::default(), Style::PLAIN);
            let headings = found.same.into_iter().map(|one| one.heading).collect::<Vec<_>>();
            (found.texts.len(), headings)
        };
        let same = "13 more of files of s change the same".to_owned();
        assert_eq!(counts(&|_| Some("-size: 1\n+size: 2\n".to_owned())), (1, vec![same]));
        assert_eq!(counts(&|number| Some(format!("-size: 1\n+size: {number}\n"))), (14, Vec::new()));
        assert_eq!(counts(&|_| None), (14, Vec::new()));
        // Also what stands behind many lines that are the same counts.
        let long = |number: usize| Some("+- a\n".repeat(300) + &format!("+- {number}\n"));
        assert_eq!(counts(&long), (14, Vec::new()));
    }
}
