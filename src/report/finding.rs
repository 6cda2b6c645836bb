//! What somebody should look at, the same for every format that lists such things.

use super::help::help_lines;
use super::plan::{lifecycle_words, sides, sign, why};
use super::subject::Subject;
use crate::diag::{Diagnostic, Severity};
use crate::model::{Digest, Json};
use crate::plan::{
    Action, Cause, Conflict, Drift, Field, FieldPart, Guard, NewHost, Operation, Place, Plan, Restraint, Target,
    Violation,
};
use crate::source::{Sources, Span};

/// More parts of one field than this are only counted.
const MOST_PARTS: usize = 20;
/// What the name of a file begins with that comes with plat.
const LIBRARY: &str = "std:";
/// An object without members.
const NOTHING_MORE: &str = "{ }";

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// It stops something.
    Error,
    /// It should be looked at.
    Warning,
    /// It is worth knowing.
    #[default]
    Note,
}

/// Something to look at, at a line of KDL where there is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Finding {
    /// The stable name of its sort: a code, or `conflict`, `guard`, `new-host`, `policy/<name>`, `drift`, `drift-kept`, `test`.
    pub(super) rule: String,
    /// The sort in a few words.
    pub(super) title: String,
    /// How much it matters.
    pub(super) level: Level,
    /// What there is to say, in a sentence; more behind line ends.
    pub(super) message: String,
    /// What it is about, whatever line that stands on: an address with a field, or a file with the problem.
    pub(super) about: String,
    /// Where it is.
    pub(super) spot: Option<Spot>,
    /// What it comes from, where others may come from the same.
    pub(super) cause: Option<String>,
    /// Whether it is a warning that would have been given before too.
    pub(super) known: bool,
}

/// A place in a file, from 1, ends inclusive; columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The file, from the root of the repository.
    pub(super) file: String,
    /// Its first line.
    pub(super) line: u32,
    /// The column in that line.
    pub(super) column: u32,
    /// Its last line.
    pub(super) end_line: u32,
    /// The column in that line; nothing where only the start is known.
    pub(super) end_column: Option<u32>,
}

impl Spot {
    /// The spot of a line; nothing for one that nobody finds there, as it is of a revision or comes with plat.
    fn of(place: &Place) -> Option<Self> {
        let is_there = place.revision.is_none() && !place.file.starts_with(LIBRARY);
        is_there.then(|| Self {
            file: place.file.clone(),
            line: place.line.max(1),
            column: place.column.max(1),
            end_line: place.line.max(1),
            end_column: None,
        })
    }
}

impl Finding {
    /// What there is to say, in a sentence.
    pub(super) fn first_line(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// Where it is in a few words, or what it is about.
    pub(super) fn whereabouts(&self) -> String {
        self.spot.as_ref().map_or_else(|| self.about.clone(), |spot| format!("{}:{}", spot.file, spot.line))
    }

    /// Names the finding however its line moves: the digest of its rule and of what it is about.
    pub(super) fn fingerprint(&self) -> String {
        // Two strings always have a JSON.
        Digest::of_document(&(&self.rule, &self.about)).map(|digest| digest.to_string()).unwrap_or_default()
    }
}

/// Everything to look at: problems, failed tests, what stops the plan, what others changed. The worst first, then as found.
pub(super) fn findings(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> =
        subject.diagnostics.iter().map(|diagnostic| problem(diagnostic, subject.sources)).collect();
    for test in subject.tests.unwrap_or_default() {
        found.extend(test.failures.iter().map(|failure| {
            let diff = failure.diff.as_ref().map(|diff| format!("\n{diff}")).unwrap_or_default();
            Finding {
                rule: "test".to_owned(),
                title: "a test failed".to_owned(),
                level: Level::Error,
                message: format!("{}: {}{diff}", test.description, failure.message),
                about: format!("{} {}", test.description, failure.message),
                spot: spot(failure.span.shown(), subject.sources),
                ..Finding::default()
            }
        }));
    }
    if let Some(plan) = subject.plan {
        of_plan(plan, &mut found);
    }
    found.sort_by_key(|finding| finding.level);
    found
}

fn of_plan(plan: &Plan, found: &mut Vec<Finding>) {
    found.extend(plan.conflicts.iter().map(conflict));
    found.extend(plan.violations.iter().map(violation));
    found.extend(plan.guards.iter().map(guard));
    found.extend(plan.new_hosts.iter().map(new_host));
    found.extend(plan.kept.iter().map(kept));
    found.extend(plan.operations.iter().flat_map(reverted));
}

fn spot(span: Span, sources: &Sources) -> Option<Spot> {
    let file = sources.file(span.file);
    let is_there = sources.revision(span.file).is_none() && !file.is_of_library();
    let (start, end) = (file.position(span.start), file.position(span.end));
    is_there.then(|| Spot {
        file: sources.path(span.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: Some(if start.line == end.line { end.column.max(start.column + 1) - 1 } else { end.column }),
    })
}

fn problem(diagnostic: &Diagnostic, sources: &Sources) -> Finding {
    let span = diagnostic.primary.span();
    let spot = spot(span, sources);
    // Where it is has to be told in words where it is no place of the repository.
    let mut message = if spot.is_none() { format!("{}: ", sources.place(span)) } else { String::new() };
    message.push_str(&diagnostic.message);
    if !diagnostic.primary.text.is_empty() {
        message.push_str(&format!(": {}", diagnostic.primary.text));
    }
    for other in &diagnostic.others {
        message.push_str(&format!("\n{}: {}", sources.place(other.span()), other.text));
    }
    for line in help_lines(diagnostic) {
        message.push_str(&format!("\nhelp: {line}"));
    }
    Finding {
        rule: diagnostic.code.id.to_owned(),
        title: diagnostic.code.title.to_owned(),
        level: match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Advice => Level::Note,
        },
        message,
        about: format!("{} {}", sources.path(span.file), diagnostic.message),
        spot,
        cause: diagnostic.cause().map(|cause| format!("{cause:?}")),
        ..Finding::default()
    }
}

/// Two values, each on one line, cut so that they are told apart.
fn shown(values: [&Option<Json>; 2]) -> [String; 2] {
    let [one, other] = sides(values);
    let mut cut = super::columns::cropped_apart(&[&one, &other], 120).into_iter();
    [cut.next().unwrap_or_default(), cut.next().unwrap_or_default()]
}

fn conflict(conflict: &Conflict) -> Finding {
    let field = conflict.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    let about = format!("{}{field}", conflict.thing);
    let [live, desired] = shown([&conflict.live, &conflict.desired]);
    let (title, message) = match &conflict.obstacle {
        Some(there) => ("something is in its way", format!("{about}: {there} is in its way")),
        None => ("others changed it too", format!("{about}: others changed it too: live {live}, desired {desired}")),
    };
    let message = format!("{message}\n{}", conflict.way_out());
    Finding {
        rule: "conflict".to_owned(),
        title: title.to_owned(),
        level: Level::Error,
        message,
        about,
        spot: conflict.source.as_ref().and_then(Spot::of),
        ..Finding::default()
    }
}

fn violation(violation: &Violation) -> Finding {
    let about = violation.about();
    let place = violation.source.as_ref().or(violation.policy_source.as_ref());
    let policy = violation.policy_source.as_ref().map(|place| format!(" ({}:{})", place.file, place.line));
    Finding {
        rule: format!("policy/{}", violation.policy),
        title: format!("policy {} is broken", violation.policy),
        level: if violation.denies { Level::Error } else { Level::Warning },
        message: format!("{about}: {}\npolicy {}{}", violation.message, violation.policy, policy.unwrap_or_default()),
        about,
        spot: place.and_then(Spot::of),
        cause: Some(format!("policy {}", violation.policy)),
        known: violation.known,
    }
}

fn guard(guard: &Guard) -> Finding {
    let allow = guard.allow.as_ref().filter(|_| !guard.allowed);
    let allow = allow.map(|flag| format!("\nto allow it: {flag}")).unwrap_or_default();
    let word = match (guard.allowed, &guard.allow) {
        (true, Some(_)) => "allowed",
        (true, None) => "notice",
        (false, _) => "refused",
    };
    Finding {
        rule: "guard".to_owned(),
        title: "a guard".to_owned(),
        level: if guard.allowed { Level::Note } else { Level::Error },
        message: format!("{word}: {}{allow}", guard.message),
        about: guard.message.clone(),
        spot: None,
        ..Finding::default()
    }
}

fn new_host(host: &NewHost) -> Finding {
    Finding {
        rule: "new-host".to_owned(),
        title: "a new host".to_owned(),
        level: Level::Warning,
        message: format!("{}: {}", host.address, host.message),
        about: format!("{} {} {}", host.address, host.credential, host.host),
        spot: host.source.as_ref().and_then(Spot::of),
        ..Finding::default()
    }
}

fn kept(drift: &Drift) -> Finding {
    let [live, written] = shown([&drift.live, &drift.desired]);
    let field = drift.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    let about = format!("{}{field}", drift.thing);
    Finding {
        rule: "drift-kept".to_owned(),
        title: "others changed it, and it stays so".to_owned(),
        level: Level::Warning,
        message: format!("{about}: others changed it, and it stays so: live {live}, written {written}"),
        about,
        spot: drift.source.as_ref().and_then(Spot::of),
        ..Finding::default()
    }
}

/// What others changed and what is set back: each field, or the thing as a whole.
fn reverted(operation: &Operation) -> Vec<Finding> {
    let finding = |about: String, message: String, place: Option<&Place>| Finding {
        rule: "drift".to_owned(),
        title: "others changed it, and it is set back".to_owned(),
        level: Level::Warning,
        message: format!("{about}: {message}"),
        about,
        spot: place.or(operation.source.as_ref()).and_then(Spot::of),
        ..Finding::default()
    };
    let fields: Vec<Finding> = match &operation.target {
        Target::Object(change) => {
            let drifted = change.fields().iter().filter(|field| field.cause == Cause::Drift);
            let one = |field: &Field| {
                let [live, after] = shown([&field.before, &field.after]);
                let message = format!("others changed it to {live}, and it is set back to {after}");
                finding(format!("{} {}", operation.thing, field.path), message, field.source.as_ref())
            };
            drifted.map(one).collect()
        }
        Target::File(_) => Vec::new(),
    };
    if fields.is_empty() && operation.is_revert() {
        vec![finding(operation.thing.to_string(), format!("{}, and it is set back", why(operation)), None)]
    } else {
        fields
    }
}

/// A note for each change at its line of KDL, what destroys first; for files of state stores there is none.
pub(super) fn changes(plan: &Plan) -> Vec<Finding> {
    let objects = |operation: &&Operation| {
        operation.action.is_change() && !operation.is_revert() && matches!(operation.target, Target::Object(_))
    };
    let mut operations: Vec<&Operation> = plan.operations.iter().filter(objects).collect();
    operations.sort_by_key(|operation| rank(operation.action));
    plan.restraints.iter().map(restraint).chain(operations.into_iter().map(change)).collect()
}

/// A policy, or the guards, of another text: what takes a restraint away or changes it is more than a note.
fn restraint(restraint: &Restraint) -> Finding {
    let mut message = format!("{} {}", restraint.action.word(), restraint.name);
    message.push_str(&stood(restraint.source.as_ref()));
    if restraint.action == Action::Update {
        message.extend(restraint.fields.iter().map(lines_of));
    }
    Finding {
        rule: restraint.action.word().to_owned(),
        title: format!("plat: {} {}", restraint.action.word(), restraint.name),
        level: if restraint.action == Action::Create { Level::Note } else { Level::Warning },
        message,
        about: restraint.name.clone(),
        spot: restraint.source.as_ref().and_then(Spot::of),
        ..Finding::default()
    }
}

/// Where something stood that is there no longer.
fn stood(place: Option<&Place>) -> String {
    let gone = place.filter(|place| place.revision.is_some());
    gone.map(|place| format!("\nit stood at {}:{}", place.path(), place.line)).unwrap_or_default()
}

/// A line for a field, or for each of its parts.
fn lines_of(field: &Field) -> String {
    let line = |path: &str, sides: [&Option<Json>; 2]| {
        let [before, after] = shown(sides);
        format!("\n{path}: {before} -> {after}")
    };
    if field.parts.is_empty() {
        return line(&field.path, [&field.before, &field.after]);
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
        if value == NOTHING_MORE { format!("\n{sign} {path}") } else { format!("\n{sign} {path}: {value}") }
    };
    let more = field.parts.len().saturating_sub(MOST_PARTS);
    let more = if more > 0 { format!("\n… {}", super::counted(more, "more part")) } else { String::new() };
    field.parts.iter().take(MOST_PARTS).map(part).collect::<String>() + &more
}

/// How soon a change is told: what destroys first, what is only new last.
fn rank(action: Action) -> usize {
    match action {
        Action::Delete => 0,
        Action::Release => 1,
        Action::Move => 2,
        Action::Adopt => 3,
        Action::Update => 4,
        Action::Create => 5,
        Action::Vacate | Action::Forget | Action::Record => 6,
    }
}

fn change(operation: &Operation) -> Finding {
    let mut message = format!("{} {} {}", sign(operation), operation.action.word(), operation.thing);
    let why = why(operation);
    if !why.is_empty() {
        message.push_str(&format!(" ({why})"));
    }
    message.push_str(&stood(operation.source.as_ref()));
    if let Target::Object(change) = &operation.target {
        if operation.action.changes_fields() {
            message.extend(change.fields().iter().map(lines_of));
        }
        for word in lifecycle_words(operation.action, change) {
            let before = word.before.map(|before| format!("{before} -> ")).unwrap_or_default();
            message.push_str(&format!("\nlifecycle {}: {before}{}", word.name, word.after));
        }
    }
    Finding {
        rule: operation.action.word().to_owned(),
        title: format!("plat: {}", operation.action.word()),
        level: if operation.action == Action::Delete { Level::Warning } else { Level::Note },
        message,
        about: operation.thing.to_string(),
        spot: operation.source.as_ref().and_then(Spot::of),
        ..Finding::default()
    }
}
