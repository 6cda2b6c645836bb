use super::{Detail, View};
use crate::model::{Json, Lifecycle, OnDrift, Thing, parse_json};
use crate::plan::{
    Action, Cause, Changes, Conflict, Drift, Field, Flag, Guard, ObjectChange, Operation, Phase, Place, Plan, Reason,
    Target, Violation,
};
use crate::report::{Color, ReportFormat, Style, Subject, report};
use crate::source::{FileId, Span, Spanned};

#[expect(clippy::unnecessary_wraps, reason = "it stands where there may be no value")]
fn json(text: &str) -> Option<Json> {
    Some(Json(parse_json(text.as_bytes()).unwrap()))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where there may be no place")]
fn place(file: &str, line: u32) -> Option<Place> {
    Some(Place {
        file: file.to_owned(),
        folder: String::new(),
        revision: None,
        line,
        column: 5,
        text: "a line".to_owned(),
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
        apart: Vec::new(),
    }
}

/// A plan with one of everything that is not in a project's everyday.
#[expect(clippy::too_many_lines, reason = "a list of one of each")]
fn rare() -> Plan {
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
            desired: json("3"),
            parts: Vec::new(),
            source: place("a.kdl", 5),
            obstacle: None,
            waits: Vec::new(),
        }],
        kept: vec![
            Drift {
                thing: thing("team:f"),
                field: Some("title".to_owned()),
                live: json("[1, 2]"),
                desired: json("\"x\""),
                parts: Vec::new(),
                source: place("a.kdl", 6),
            },
            Drift { thing: thing("team:g"), field: None, live: None, desired: None, parts: Vec::new(), source: None },
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

#[test]
fn what_is_rare_has_its_sign_and_its_words() {
    let expected = "\
plan of demo @0123456-dirty  ~ update 1  > move 1  & adopt 1  ! revert 1  . release 1  = unchanged 3  (additive: nothing is deleted)
stopped by 1 conflict, 1 refusal, 1 denial
with 1 warning, 2 kept changes

> blueprint:service  a.kdl:2  (was blueprint:svc)
& team:a  a.kdl:3  (exists already, and nobody owns it)
~ team:b  a.kdl:4  (its lifecycle changes)
    lifecycle protect  #true -> #false
    lifecycle on-drift  keep -> revert
    lifecycle ignore  a.* -> (nothing)
    (no longer protects it from deletion)
! team:c  a.kdl:8  (others changed it)
    title  theirs -> ours  (others changed it)  a.kdl:9
. team:d  (no longer declared)

KEPT 2 changes of others, as on-drift keep says
! team:f title  a.kdl:6
    live    1 2
    written x
! team:g
    others deleted it

CONFLICT team:e title  a.kdl:5
    base    1
    live    2
    desired 3
    `--on-conflict ours` overwrites what is live

DENIED team:a  a.kdl:3
    there are enough teams
    policy no-teams  policies.kdl:1

WARNED the plan
    much at once
    policy calm  policies.kdl:7

REFUSED 1 deletion
    to allow it: --max-deletes 1
";
    assert_eq!(super::plan(&rare(), &View::default(), Style::PLAIN), expected);
    // Colours add nothing but colours.
    let coloured = super::plan(&rare(), &View::default(), Style { color: Color::Always, ..Style::PLAIN });
    let mut bare = String::new();
    for (index, piece) in coloured.split("\u{1b}[").enumerate() {
        bare.push_str(if index == 0 { piece } else { piece.split_once('m').unwrap().1 });
    }
    assert_eq!(bare, expected);
    let full = super::plan(&rare(), &View { detail: Detail::Full, ..View::default() }, Style::PLAIN);
    assert!(full.contains("> blueprint:service  a.kdl:2  (was blueprint:svc)\n    | a line\n"), "{full}");
}

#[test]
fn every_report_tells_of_policies_and_of_what_is_kept() {
    let plan = rare();
    let subject = Subject { plan: Some(&plan), project: "demo", ..Subject::of_command("plan") };
    let sarif: serde_json::Value = serde_json::from_str(&report(ReportFormat::Sarif, &subject)).unwrap();
    let results: Vec<(&str, &str)> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (result["ruleId"].as_str().unwrap(), result["level"].as_str().unwrap()))
        .collect();
    let expected = [
        ("conflict", "error"),
        ("policy/no-teams", "error"),
        ("guard", "error"),
        ("policy/calm", "warning"),
        ("drift-kept", "warning"),
        ("drift-kept", "warning"),
        ("drift", "warning"),
    ];
    assert_eq!(results, expected);
    let junit = report(ReportFormat::Junit, &subject);
    assert!(junit.contains("tests=\"7\" failures=\"3\""), "{junit}");
    let github = report(ReportFormat::Github, &subject);
    let denied = "::error file=a.kdl,line=3,endLine=3,title=policy no-teams is broken::team:a: there are enough teams%0A\
                  policy no-teams (policies.kdl:1)\n";
    assert!(github.contains(denied), "{github}");
    let markdown = report(ReportFormat::Markdown, &subject);
    for line in [
        "- DENIED team:a  a.kdl:3\n    there are enough teams\n",
        "! KEPT team:f title  a.kdl:6\n    live ",
        "    written x\n",
    ] {
        assert!(markdown.contains(line), "{markdown}");
    }
    let lines = report(ReportFormat::Ndjson, &subject);
    for kind in ["drift", "conflict", "violation", "guard"] {
        assert!(lines.contains(&format!("\"type\":\"{kind}\"")), "{kind} in {lines}");
    }
}
