//! Texts, problems and plans for the tests of the formats.

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Json, Lifecycle, OnDrift, Thing, parse_json};
use crate::plan::{
    Action, Cause, Changes, Conflict, Drift, Field, Flag, Guard, ObjectChange, Operation, Phase, Place, Plan, Reason,
    Target, Violation,
};
use crate::source::{FileId, SourceFile, Sources, Span, Spanned};

/// Sources of some named texts.
pub(super) fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    sources
}

/// The first place of `word` in a file.
pub(super) fn span(sources: &Sources, file: u32, word: &str) -> Span {
    let start = sources.file(FileId(file)).text.find(word).unwrap() as u32;
    Span::new(FileId(file), start, start + word.len() as u32)
}

/// One problem.
pub(super) fn one(diagnostic: Diagnostic) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(diagnostic);
    diagnostics
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where there may be no value")]
fn json(text: &str) -> Option<Json> {
    Some(Json(parse_json(text.as_bytes()).unwrap()))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where there may be no place")]
pub(super) fn place(file: &str, line: u32) -> Option<Place> {
    Some(Place {
        file: file.into(),
        folder: "".into(),
        revision: None,
        line,
        column: 5,
        through: Vec::new(),
        text: "a line".into(),
    })
}

fn thing(address: &str) -> Thing {
    Thing::parse(address).unwrap()
}

fn operation(action: Action, address: &str, reasons: Vec<Reason>, line: u32, change: ObjectChange) -> Operation {
    Operation {
        action,
        thing: thing(address),
        from: None,
        phase: Phase::Objects,
        reasons,
        needs: Vec::new(),
        source: (line > 0).then(|| place("a.kdl", line)).flatten(),
        target: Target::Object(change),
    }
}

fn change(fields: Vec<Field>) -> ObjectChange {
    ObjectChange {
        changes: Changes::Fields(fields),
        record: None,
        lifecycle_before: None,
        before: None,
        declared: None,
        apart: Vec::new(),
    }
}

/// A plan with one of everything that is not in a project's everyday.
#[expect(clippy::too_many_lines, reason = "a list of one of each")]
pub(super) fn rare() -> Plan {
    let protected = Lifecycle {
        protect: true,
        on_drift: OnDrift::Keep,
        ignore: vec![Spanned::new("a.*".into(), Span::start_of(FileId(0)))],
        ..Lifecycle::default()
    };
    let field = Field {
        path: "title".to_owned(),
        cause: Cause::Drift,
        before: json("\"theirs\""),
        veiled: None,
        after: json("\"ours\""),
        parts: Vec::new(),
        source: place("a.kdl", 9),
    };
    let loosened = ObjectChange { lifecycle_before: Some(protected.into()), ..change(Vec::new()) };
    let moved = Operation {
        from: Some(thing("blueprint:svc")),
        ..operation(Action::Move, "blueprint:service", vec![Reason::Moved], 2, change(Vec::new()))
    };
    Plan {
        project: "demo".to_owned(),
        source: Some("0123456789abcdef-dirty".to_owned()),
        additive: true,
        unchanged: 3,
        operations: vec![
            moved,
            operation(Action::Adopt, "team:a", vec![Reason::Unowned], 3, change(Vec::new())),
            operation(Action::Update, "team:b", vec![Reason::Lifecycle], 4, loosened),
            operation(Action::Update, "team:c", vec![Reason::Drifted], 8, change(vec![field])),
            operation(Action::Release, "team:d", vec![Reason::NotDeclared], 0, change(Vec::new())),
        ],
        conflicts: vec![Conflict {
            thing: thing("team:e"),
            field: Some("title".to_owned()),
            base: json("1"),
            live: json("2"),
            unreadable: None,
            desired: json("3"),
            parts: Vec::new(),
            source: place("a.kdl", 5),
            fails: false,
            obstacle: None,
            waits: Vec::new(),
        }],
        kept: vec![
            Drift {
                thing: thing("team:f"),
                field: Some("title".to_owned()),
                live: json("[1, 2]"),
                unreadable: None,
                desired: json("\"x\""),
                parts: Vec::new(),
                source: place("a.kdl", 6),
            },
            Drift {
                thing: thing("team:g"),
                field: None,
                live: None,
                unreadable: None,
                desired: None,
                parts: Vec::new(),
                source: None,
            },
        ],
        violations: vec![
            Violation {
                known: false,
                policy: "no-teams".to_owned(),
                denies: true,
                thing: Some(thing("team:a")),
                message: "there are enough teams".to_owned(),
                policy_source: place("policies.kdl", 1),
                source: place("a.kdl", 3),
            },
            Violation {
                known: false,
                policy: "calm".to_owned(),
                denies: false,
                thing: None,
                message: "much at once".to_owned(),
                policy_source: place("policies.kdl", 7),
                source: None,
            },
        ],
        guards: vec![Guard {
            message: "1 deletion".to_owned(),
            allow: Some("--max-deletes 1".to_owned()),
            flag: Some(Flag::MaxDeletes(1)),
            allowed: false,
        }],
        ..Plan::default()
    }
}
