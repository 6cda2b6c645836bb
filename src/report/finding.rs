//! What somebody should look at, the same for every format that lists such things.

use super::plan::{is_drift, kdl_value, sign, why};
use super::subject::Subject;
use super::{clean::one_line, help::help_lines};
use crate::diag::{Diagnostic, Severity};
use crate::model::{Digest, Json};
use crate::plan::{Action, Cause, Conflict, Drift, Guard, NewHost, Operation, Place, Plan, Target, Violation};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// It stops something.
    Error,
    /// It should be looked at.
    Warning,
    /// It is worth knowing.
    Note,
}

/// Something to look at, at a line of KDL where there is one.
#[derive(Clone, Debug)]
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
}

/// A place in a file, from 1, ends inclusive; columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The file, below the project's folder.
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
    fn of(place: &Place) -> Self {
        Self {
            file: place.file.clone(),
            line: place.line.max(1),
            column: place.column.max(1),
            end_line: place.line.max(1),
            end_column: None,
        }
    }
}

impl Finding {
    /// Names the finding however its line moves: the digest of its rule and of what it is about.
    pub(super) fn fingerprint(&self) -> String {
        // Two strings always have a JSON.
        Digest::of_document(&(&self.rule, &self.about)).map(|digest| digest.to_string()).unwrap_or_default()
    }
}

/// Everything to look at: problems, failed tests, what stops the plan, what others changed. The worst first, then as found.
pub(super) fn findings(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = subject.diagnostics.iter().map(|diagnostic| problem(diagnostic, subject)).collect();
    for test in subject.tests.unwrap_or_default() {
        found.extend(test.failures.iter().map(|failure| {
            let diff = failure.diff.as_ref().map(|diff| format!("\n{diff}")).unwrap_or_default();
            Finding {
                rule: "test".to_owned(),
                title: "a test failed".to_owned(),
                level: Level::Error,
                message: format!("{}: {}{diff}", test.description, failure.message),
                about: format!("{} {}", test.description, failure.message),
                spot: Some(spot(failure.span, subject)),
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

fn spot(span: crate::source::Span, subject: &Subject<'_>) -> Spot {
    let file = subject.sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    Spot {
        file: file.name.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: Some(if start.line == end.line { end.column.max(start.column + 1) - 1 } else { end.column }),
    }
}

fn problem(diagnostic: &Diagnostic, subject: &Subject<'_>) -> Finding {
    let mut message = diagnostic.message.clone();
    if !diagnostic.primary.text.is_empty() {
        message.push_str(&format!(": {}", diagnostic.primary.text));
    }
    for other in &diagnostic.others {
        message.push_str(&format!("\n{}: {}", subject.sources.location(other.span), other.text));
    }
    for line in help_lines(diagnostic) {
        message.push_str(&format!("\nhelp: {line}"));
    }
    let spot = spot(diagnostic.primary.span, subject);
    Finding {
        rule: diagnostic.code.id.to_owned(),
        title: diagnostic.code.title.to_owned(),
        level: match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Advice => Level::Note,
        },
        message,
        about: format!("{} {}", spot.file, diagnostic.message),
        spot: Some(spot),
    }
}

/// A value on one line, `(nothing)` for none.
fn shown(value: Option<&Json>) -> String {
    let text = value.map_or_else(|| "(nothing)".to_owned(), |value| kdl_value(&value.0));
    super::columns::cropped(&one_line(&text), 120)
}

fn conflict(conflict: &Conflict) -> Finding {
    let field = conflict.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    let about = format!("{}{field}", conflict.address);
    let (live, desired) = (shown(conflict.live.as_ref()), shown(conflict.desired.as_ref()));
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
        spot: conflict.source.as_ref().map(Spot::of),
    }
}

fn violation(violation: &Violation) -> Finding {
    let about = violation.address.clone().unwrap_or_else(|| "the plan".to_owned());
    let place = violation.source.as_ref().or(violation.policy_source.as_ref());
    let policy = violation.policy_source.as_ref().map(|place| format!(" ({}:{})", place.file, place.line));
    Finding {
        rule: format!("policy/{}", violation.policy),
        title: format!("policy {} is broken", violation.policy),
        level: if violation.denies { Level::Error } else { Level::Warning },
        message: format!("{about}: {}\npolicy {}{}", violation.message, violation.policy, policy.unwrap_or_default()),
        about,
        spot: place.map(Spot::of),
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
    }
}

fn new_host(host: &NewHost) -> Finding {
    Finding {
        rule: "new-host".to_owned(),
        title: "a new host".to_owned(),
        level: Level::Warning,
        message: format!("{}: {}", host.address, host.message),
        about: format!("{} {} {}", host.address, host.credential, host.host),
        spot: host.source.as_ref().map(Spot::of),
    }
}

fn kept(drift: &Drift) -> Finding {
    let (live, written) = (shown(drift.live.as_ref()), shown(drift.desired.as_ref()));
    let field = drift.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    let about = format!("{}{field}", drift.address);
    Finding {
        rule: "drift-kept".to_owned(),
        title: "others changed it, and it stays so".to_owned(),
        level: Level::Warning,
        message: format!("{about}: others changed it, and it stays so: live {live}, written {written}"),
        about,
        spot: drift.source.as_ref().map(Spot::of),
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
        spot: place.or(operation.source.as_ref()).map(Spot::of),
    };
    let fields: Vec<Finding> = match &operation.target {
        Target::Object(change) => {
            let drifted = change.fields.iter().filter(|field| field.cause == Cause::Drift);
            let one = |field: &crate::plan::Field| {
                let (live, after) = (shown(field.before.as_ref()), shown(field.after.as_ref()));
                let message = format!("others changed it to {live}, and it is set back to {after}");
                finding(format!("{} {}", operation.address, field.path), message, field.source.as_ref())
            };
            drifted.map(one).collect()
        }
        Target::File(_) => Vec::new(),
    };
    if fields.is_empty() && is_drift(operation) {
        vec![finding(operation.address.clone(), format!("{}, and it is set back", why(operation)), None)]
    } else {
        fields
    }
}

/// A note for each change at its line of KDL, what destroys first; for files of state stores there is none.
pub(super) fn changes(plan: &Plan) -> Vec<Finding> {
    let objects = |operation: &&Operation| {
        operation.action.is_change() && !is_drift(operation) && matches!(operation.target, Target::Object(_))
    };
    let mut operations: Vec<&Operation> = plan.operations.iter().filter(objects).collect();
    operations.sort_by_key(|operation| rank(operation.action));
    operations.into_iter().map(change).collect()
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
        Action::Forget | Action::Record => 6,
    }
}

fn change(operation: &Operation) -> Finding {
    let mut message = format!("{} {} {}", sign(operation), operation.action.word(), operation.address);
    let why = why(operation);
    if !why.is_empty() {
        message.push_str(&format!(" ({why})"));
    }
    if let (Target::Object(change), Action::Update | Action::Move | Action::Adopt) =
        (&operation.target, operation.action)
    {
        for field in &change.fields {
            let (before, after) = (shown(field.before.as_ref()), shown(field.after.as_ref()));
            message.push_str(&format!("\n{}: {before} -> {after}", field.path));
        }
    }
    Finding {
        rule: operation.action.word().to_owned(),
        title: format!("plat: {}", operation.action.word()),
        level: if operation.action == Action::Delete { Level::Warning } else { Level::Note },
        message,
        about: operation.address.clone(),
        spot: operation.source.as_ref().map(Spot::of),
    }
}
