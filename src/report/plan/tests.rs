use super::{Detail, View};
use crate::report::fixture::rare;
use crate::report::{Color, ReportFormat, Style, Subject, report};

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
KEPT team:f title  a.kdl:6
    live    1 2
    written x
KEPT team:g
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
