use super::check;
use crate::diag::Diagnostic;
use crate::resolve::{MemoryLoader, Resolved, resolve};
use std::fmt::Write;

const MODEL: &str = r"blueprint service
blueprint component
entity service cart
entity service ledger
entity component web
promise database
request database main namespace=shop
team platform
user ana@example.com
";

fn loaded(lines: &str) -> Resolved {
    let files = [("plat.kdl", "project demo"), ("a.kdl", MODEL), ("b.kdl", lines)];
    let resolved = resolve(&MemoryLoader::new(files)).unwrap();
    assert!(resolved.diagnostics.is_empty(), "{:?}", resolved.diagnostics);
    resolved
}

/// The problems as `CODE text: message`, then the text at each other place, then the text of the fix.
fn told(lines: &str) -> Vec<String> {
    let resolved = loaded(lines);
    let text = |span| resolved.sources.text(span);
    let one = |found: &Diagnostic| {
        let mut told = format!("{} {}: {}", found.code, text(found.primary.span()), found.message);
        for other in &found.others {
            let _ = write!(told, " [{}]", text(other.span()));
        }
        for fix in &found.fixes {
            let _ = write!(told, " -> {}", fix.edits[0].text);
        }
        told
    };
    check(&resolved.project).iter().map(one).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn what_holds_together_is_told_nothing() {
    for lines in [
        "moved from=entity:service:old to=entity:service:cart",
        "moved from=entity:service:older to=entity:service:old\nmoved from=entity:service:old to=entity:service:cart",
        "moved from=blueprint:module to=blueprint:component",
        // Whichever line was written first, and whichever name of the blueprint it says.
        "moved from=blueprint:module to=blueprint:component\nmoved from=entity:module:site to=entity:component:web",
        "moved from=blueprint:module to=blueprint:component\nmoved from=entity:component:site to=entity:component:web",
        "moved from=blueprint:module to=blueprint:component\nmoved from=entity:module:site to=entity:module:web",
        "moved from=blueprint:a to=blueprint:b\nmoved from=blueprint:b to=blueprint:service\n\
         moved from=entity:a:x to=entity:service:cart",
        // A request may come into another namespace.
        "moved from=\"request:database:default/main\" to=\"request:database:shop/main\"",
        "moved from=promise:db to=promise:database\nmoved from=\"request:db:shop/a\" to=\"request:database:shop/main\"",
        "removed entity:service:gone\nremoved team:gone keep\nremoved \"request:database:default/main\"",
        "adopt entity:service:cart\nadopt user:ana@example.com from=other",
        "moved from=team:old to=team:platform\nadopt entity:service:cart\nremoved blueprint:old",
        "removed \"entity:old:*\"\nremoved \"file:gitops:*\"\nremoved \"destination:old:*\"\nremoved state-store:gitops",
        "adopt \"entity:service:*\" from=other\nremoved \"entity:service:l*x\"",
    ] {
        assert_eq!(told(lines), NONE, "{lines}");
    }
}

#[test]
fn a_move_keeps_the_kind_and_what_it_lies_below() {
    assert_eq!(
        told("moved from=team:old to=user:ana@example.com"),
        ["E0713 user:ana@example.com: a team cannot become a user [team:old]"]
    );
    assert_eq!(
        told("moved from=entity:module:web to=entity:component:web"),
        ["E0713 entity:component:web: the entity leaves its blueprint `module` for `component` [entity:module:web]"]
    );
    assert_eq!(
        told("moved from=\"request:db:shop/main\" to=\"request:database:shop/main\""),
        [
            "E0713 \"request:database:shop/main\": the request leaves its promise `db` for `database` [\"request:db:shop/main\"]"
        ]
    );
    let lines = "moved from=blueprint:a to=blueprint:component\nmoved from=entity:a:x to=entity:service:cart";
    assert_eq!(told(lines).len(), 1);
}

#[test]
fn new_names_and_what_is_adopted_are_declared() {
    assert_eq!(
        told("moved from=entity:service:old to=entity:service:crat"),
        ["E0714 entity:service:crat: `entity:service:crat` is not declared -> entity:service:cart"]
    );
    assert_eq!(
        told("adopt entity:servce:cart"),
        ["E0714 entity:servce:cart: `entity:servce:cart` is not declared -> entity:service:cart"]
    );
    assert_eq!(
        told("adopt \"request:database:shop/man\""),
        [
            "E0714 \"request:database:shop/man\": `request:database:shop/man` is not declared -> \"request:database:shop/main\""
        ]
    );
    assert_eq!(
        told("adopt user:nobody@example.org"),
        ["E0714 user:nobody@example.org: `user:nobody@example.org` is not declared"]
    );
    // What lies below goes where its blueprint goes.
    let lines = "moved from=blueprint:module to=blueprint:component\nmoved from=entity:module:a to=entity:module:b";
    assert_eq!(told(lines), ["E0714 entity:module:b: `entity:component:b` is not declared"]);
}

#[test]
fn only_the_last_of_several_moves_is_told_that_its_name_is_not_declared() {
    let lines = "moved from=team:a to=team:b\nmoved from=team:b to=team:nowhere";
    assert_eq!(told(lines), ["E0714 team:nowhere: `team:nowhere` is not declared"]);
}

#[test]
fn old_names_and_what_is_removed_are_declared_no_more() {
    assert_eq!(
        told("moved from=entity:service:ledger to=entity:service:cart"),
        ["E0715 entity:service:ledger: `entity:service:ledger` is still declared [entity service ledger]"]
    );
    assert_eq!(
        told("removed \"request:database:shop/main\" keep"),
        [
            "E0715 \"request:database:shop/main\": `request:database:shop/main` is still declared [request database main namespace=shop]"
        ]
    );
}

#[test]
fn lines_that_contradict_each_other_are_told_once_with_both_places() {
    for (first, second, told_at, message) in [
        (
            "moved from=team:a to=team:platform",
            "removed team:a",
            "team:a",
            "`team:a` is moved to another name, and removed [team:a]",
        ),
        (
            "adopt team:platform",
            "moved from=team:a to=team:platform",
            "team:platform",
            "`team:platform` is adopted, and the new name of another object [team:platform]",
        ),
        ("removed team:a", "adopt team:a", "team:a", "`team:a` is removed, and adopted [team:a]"),
        (
            "adopt team:a",
            "moved from=team:a to=team:platform",
            "team:a",
            "`team:a` is adopted, and moved to another name [team:a]",
        ),
        (
            "moved from=team:a to=team:b",
            "removed team:b",
            "team:b",
            "`team:b` is the new name of another object, and removed [team:b]",
        ),
        ("removed team:a", "removed team:a keep", "team:a", "`team:a` is removed twice [team:a]"),
        (
            "adopt team:platform",
            "adopt team:platform from=x",
            "team:platform",
            "`team:platform` is adopted twice [team:platform]",
        ),
        (
            "moved from=team:a to=team:platform",
            "moved from=team:a to=team:b",
            "team:a",
            "`team:a` is moved to another name twice [team:a]",
        ),
        (
            "moved from=team:a to=team:platform",
            "moved from=team:b to=team:platform",
            "team:platform",
            "two objects are moved to `team:platform` [team:platform]",
        ),
    ] {
        let lines = format!("{first}\n{second}");
        assert_eq!(told(&lines), [format!("E0716 {told_at}: {message}")], "{lines}");
    }
}

#[test]
fn a_pattern_of_files_is_of_a_state_store_that_the_text_knows() {
    const STORE: &str = "\nstate-store gitops git { url a; }";
    let unknown = |name: &str| {
        [format!("E0714 \"file:{name}:*\": `file:{name}:*` is of state store `{name}`, which is not declared")]
    };
    for name in ["gitop", "nostore"] {
        assert_eq!(told(&format!("removed \"file:{name}:*\"{STORE}")), unknown(name));
    }
    for known in ["file:gitops:*", "file:g*:x", "file:gone:*\"\nremoved \"state-store:gone"] {
        assert_eq!(told(&format!("removed \"{known}\"{STORE}")), NONE, "{known}");
    }
}

#[test]
fn a_pattern_covers_what_is_gone_and_what_is_there_is_adopted() {
    assert_eq!(
        told("removed \"entity:service:*\""),
        [
            "E0715 \"entity:service:*\": `entity:service:*` covers `entity:service:cart`, which is still declared [entity service cart]"
        ]
    );
    assert_eq!(
        told("adopt \"entity:old:*\""),
        ["E0714 \"entity:old:*\": `entity:old:*` covers nothing that is declared"]
    );
}

#[test]
fn nothing_is_adopted_from_the_project_itself() {
    assert_eq!(told("adopt team:platform from=demo"), ["E0718 demo: `demo` is this project itself [demo]"]);
}

#[test]
fn a_circle_is_told_once() {
    assert_eq!(told("moved from=team:a to=team:a"), ["E0717 moved from=team:a to=team:a: `team:a` is moved to itself"]);
    let circle = "moved from=team:a to=team:b\nmoved from=team:b to=team:c\nmoved from=team:c to=team:a";
    assert_eq!(
        told(circle),
        [
            "E0717 moved from=team:a to=team:b: 3 moves lead in a circle [moved from=team:b to=team:c] [moved from=team:c to=team:a]"
        ]
    );
    // What leads into a circle, and what lies below one, is not judged again.
    let into = format!("moved from=team:z to=team:a\n{circle}");
    assert_eq!(told(&into).iter().filter(|line| line.starts_with("E0717")).count(), 1);
    let below = "moved from=blueprint:a to=blueprint:b\nmoved from=blueprint:b to=blueprint:a\n\
                 moved from=entity:a:x to=entity:a:y";
    assert_eq!(told(below).len(), 1);
}

#[test]
fn a_broken_declaration_is_not_told_to_be_missing() {
    let lines = "blueprint b { property x strng; }\nmoved from=blueprint:a to=blueprint:b\nadopt blueprint:b\n\
                 state-store s git\nadopt state-store:s";
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", lines)])).unwrap();
    assert_eq!(resolved.diagnostics.len(), 2);
    assert_eq!(check(&resolved.project), []);
}

#[test]
fn thousands_of_lines_take_no_more_than_their_number() {
    let mut lines = String::new();
    for index in 0..5_000 {
        let _ = writeln!(lines, "moved from=blueprint:b{index} to=blueprint:b{}", index + 1);
        let _ = writeln!(lines, "moved from=entity:b0:e{index} to=entity:b5000:f{index}");
        let _ = writeln!(lines, "adopt entity:service:x{index}");
    }
    let resolved = loaded(&lines);
    assert!(check(&resolved.project).len() >= 5_001);
}
