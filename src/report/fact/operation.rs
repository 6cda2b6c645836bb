//! What a plan does.

use super::stop::shown;
use super::{Fact, Level};
use crate::model::{Json, Kind, Lifecycle};
use crate::plan::{Action, Cause, Field, FieldPart, ObjectChange, Operation, Place, Plan, Reason, Target};
use crate::report::counted;
use crate::report::event::Event;
use crate::source::Spanned;

/// More parts of one field than this are only counted.
const MOST_PARTS: usize = 20;
/// An object without members.
const NOTHING_MORE: &str = "{ }";

/// What is done, in the order in which it is.
pub(in crate::report) fn changes(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    plan.operations.iter().filter(|operation| operation.action.is_change()).map(change)
}

/// What restrains plans otherwise than before: what takes a restraint away or changes it is more than a note.
pub(in crate::report) fn restraints(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    plan.restraints.iter().map(|restraint| Fact {
        rule: restraint.action.word().into(),
        title: format!("plat: {} {}", restraint.action.word(), restraint.name).into(),
        level: Level::Warning,
        sentence: format!("{} {}", restraint.action.word(), restraint.name),
        key: Some(restraint.name.clone()),
        source: restraint.source.as_ref(),
        event: Some(Event::Restraint { restraint }),
        ..Fact::default()
    })
}

/// A change.
pub(in crate::report) fn change(change: &Operation) -> Fact<'_> {
    let why = why(change);
    let why = if why.is_empty() { why } else { format!(" ({why})") };
    Fact {
        rule: change.action.word().into(),
        title: format!("plat: {}", change.action.word()).into(),
        level: if change.action == Action::Delete || allows_more(change) { Level::Warning } else { Level::Note },
        sentence: format!("{} {} {}{why}", sign(change), change.action.word(), change.thing),
        key: Some(change.thing.to_string()),
        source: change.source.as_ref(),
        event: Some(Event::Change { change }),
        ..Fact::default()
    }
}

/// Whether what was refused before may be allowed from now on: whoever reviews it should look.
fn allows_more(change: &Operation) -> bool {
    let is_policy = change.object_address().is_some_and(|address| address.kind == Kind::Policy);
    is_policy && change.action == Action::Update
}

/// What others changed and what is set back: each field, or the thing as a whole.
pub(in crate::report) fn set_back(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    plan.operations.iter().flat_map(|operation| {
        let fields = operation.object().map(|(_, change)| change.fields()).unwrap_or_default();
        let drifted = fields.iter().filter(|field| field.cause == Cause::Drift).map(|field| {
            let [live, after] = shown([&field.before, &field.after]);
            let sentence = format!("others changed it to {live}, and it is set back to {after}");
            let source = field.source.as_ref().or(operation.source.as_ref());
            reverted(format!("{} {}", operation.thing, field.path), sentence, source)
        });
        let drifted: Vec<Fact<'_>> = drifted.collect();
        let is_whole = drifted.is_empty() && operation.is_revert();
        let whole = is_whole.then(|| {
            let sentence = format!("{}, and it is set back", why(operation));
            reverted(operation.thing.to_string(), sentence, operation.source.as_ref())
        });
        drifted.into_iter().chain(whole)
    })
}

fn reverted(subject: String, sentence: String, source: Option<&Place>) -> Fact<'_> {
    Fact {
        rule: "drift".into(),
        title: "others changed it, and it is set back".into(),
        level: Level::Warning,
        subject,
        sentence,
        source,
        ..Fact::default()
    }
}

/// The sign of an operation.
pub(in crate::report) fn sign(operation: &Operation) -> char {
    if operation.is_revert() { '!' } else { symbol(operation.action) }
}

/// The sign of an action.
pub(in crate::report) fn symbol(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Move => '>',
        Action::Adopt => '&',
        Action::Delete => '-',
        Action::Release => '.',
        Action::Vacate | Action::Forget | Action::Record => '=',
    }
}

/// Why an operation is in the plan, where its sign does not say it.
pub(in crate::report) fn why(operation: &Operation) -> String {
    let reasons = operation.reasons.iter().filter_map(|reason| match reason {
        Reason::Declared | Reason::Changed => None,
        // The consequences say it once for all files of a request.
        Reason::Because(_) if matches!(operation.target, Target::File(_)) => None,
        Reason::Drifted => Some("others changed it".to_owned()),
        Reason::Mode => Some("its mode 100755 becomes 100644".to_owned()),
        Reason::DeletedOutside => Some("others deleted it".to_owned()),
        Reason::Unreadable(unreadable) => Some(unreadable.clone()),
        Reason::Unowned => Some("exists already, and nobody owns it".to_owned()),
        Reason::NotDeclared => Some("no longer declared".to_owned()),
        Reason::Destroyed => Some("all of the project goes".to_owned()),
        Reason::NotRendered => Some(match operation.file().and_then(|file| file.request.as_ref()) {
            Some(request) => format!("no longer rendered for {request}"),
            None => "no longer rendered".to_owned(),
        }),
        Reason::Moved => operation.from.as_ref().map(|from| format!("was {from}")),
        Reason::Removed => Some("a `removed` node says so".to_owned()),
        Reason::TakenFrom(project) => Some(format!("taken from project {project}")),
        Reason::SharedWith(project) => Some(format!("project {project} owns it too")),
        Reason::Lifecycle => Some("its lifecycle changes".to_owned()),
        Reason::InventoryBehind => Some("the inventory is behind".to_owned()),
        Reason::MovesTo(destination) => Some(format!("moves to {destination}")),
        Reason::MovesFrom(destination) => Some(format!("moves from {destination}")),
        Reason::Because(address) => Some(format!("because of {address}")),
    });
    let file = operation.file();
    let replaces = file.and_then(|file| file.replaces.as_ref()).map(|there| format!("replaces {there}"));
    let lines = file.filter(|file| file.added + file.removed > 0);
    let lines = lines.map(|file| format!("+{} -{}", file.added, file.removed));
    reasons.chain(replaces).chain(lines).collect::<Vec<_>>().join(", ")
}

/// The lines below what a plan does: what of it changes.
pub(super) fn details(fact: &Fact<'_>) -> Vec<String> {
    match &fact.event {
        Some(Event::Change { change }) => {
            let Some((_, object)) = change.object() else { return stood(fact.source).into_iter().collect() };
            let fields = if change.action.changes_fields() { object.fields() } else { &[] };
            let lifecycle = lifecycle_words(change.action, object).into_iter().map(|word| {
                let before = word.before.map(|before| format!("{before} -> ")).unwrap_or_default();
                format!("lifecycle {}: {before}{}", word.name, word.after)
            });
            stood(fact.source).into_iter().chain(fields.iter().flat_map(lines_of)).chain(lifecycle).collect()
        }
        Some(Event::Restraint { restraint }) => {
            let fields = if restraint.action == Action::Update { &*restraint.fields } else { &[] };
            stood(fact.source).into_iter().chain(fields.iter().flat_map(lines_of)).collect()
        }
        _ => Vec::new(),
    }
}

/// Where something stood that is there no longer.
fn stood(place: Option<&Place>) -> Option<String> {
    let gone = place.filter(|place| place.revision.is_some());
    gone.map(|place| format!("it stood at {}:{}", place.path(), place.line))
}

/// A line for a field, or for each of its parts.
fn lines_of(field: &Field) -> Vec<String> {
    let line = |path: &str, sides: [&Option<Json>; 2]| {
        let [before, after] = shown(sides);
        format!("{path}: {before} -> {after}")
    };
    if field.parts.is_empty() {
        return vec![line(&field.path, [&field.before, &field.after])];
    }
    let part = |part: &FieldPart| {
        let path = format!("{} > {}", field.path, part.path);
        let sign = match (&part.before, &part.after) {
            (Some(_), Some(_)) => return line(&path, [&part.before, &part.after]),
            (Some(_), None) => '-',
            (None, _) => '+',
        };
        let [value, _] = shown([if sign == '-' { &part.before } else { &part.after }, &None]);
        // The words of a line may be all there is of it.
        if value == NOTHING_MORE { format!("{sign} {path}") } else { format!("{sign} {path}: {value}") }
    };
    let more = field.parts.len().saturating_sub(MOST_PARTS);
    let more = (more > 0).then(|| format!("… {}", counted(more, "more part")));
    field.parts.iter().take(MOST_PARTS).map(part).chain(more).collect()
}

/// A word of a lifecycle, with what stands behind it before and after.
pub(in crate::report) struct Word {
    pub(in crate::report) name: &'static str,
    /// Nothing where the object comes with it.
    pub(in crate::report) before: Option<String>,
    pub(in crate::report) after: String,
}

/// The words of an object's lifecycle that change, or that it comes with; none where it stays. What a text does not say is the default.
pub(in crate::report) fn lifecycle_words(action: Action, change: &ObjectChange) -> Vec<Word> {
    if change.lifecycle().is_none() && change.lifecycle_before.is_none() {
        return Vec::new();
    }
    let default = Lifecycle::default();
    let comes = matches!(action, Action::Create | Action::Adopt) && change.lifecycle_before.is_none();
    let Some(before) = change.lifecycle_before.as_deref().or(comes.then_some(&default)) else { return Vec::new() };
    let after = change.lifecycle().unwrap_or(&default);
    let list = |ignore: &[Spanned<Box<str>>]| match ignore {
        [] => "(nothing)".to_owned(),
        paths => paths.iter().map(|path| &*path.value).collect::<Vec<_>>().join(" "),
    };
    let word = |name, side: &dyn Fn(&Lifecycle) -> String| {
        let (before, after) = (side(before), side(after));
        (before != after).then(|| Word { name, before: Some(before).filter(|_| !comes), after })
    };
    let words = [
        word("protect", &|side| format!("#{}", side.protect)),
        word("on-drift", &|side| side.on_drift.word().to_owned()),
        word("deletion", &|side| side.deletion.word().to_owned()),
        word("ignore", &|side| list(&side.ignore)),
    ];
    words.into_iter().flatten().collect()
}
