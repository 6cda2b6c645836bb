//! Definitions and references, across files.

use super::{Sources, language, names};
use crate::grammar::Index;
use crate::source::SourceFile;
use crate::syntax::parse;

#[test]
fn the_same_identity_twice_names_both_places() {
    let texts = ["blueprint a\nteam a", "\nblueprint \"a\""];
    assert_eq!(names(&texts), ["E0301 [a] blueprint `a` is declared twice"]);
}

#[test]
fn scopes_keep_equal_names_apart() {
    let apart = [
        "blueprint a { property x string; relation y a }\nblueprint b { property x string }",
        "entity a one; entity b one; request p one; request p one namespace=other; request q one",
        "promise p; promise q",
        "scorecard s for=a { level l { rule r { x is 1 } } }\nscorecard t for=a { level l { rule r { x is 1 } } }",
    ];
    assert_eq!(names(&apart), [""; 0].map(str::to_owned).to_vec());
}

#[test]
fn names_are_unique_where_their_kind_says() {
    let member = "blueprint a { property x string; relation x a }";
    assert_eq!(names(&[member]), ["E0301 [x] property or relation `x` is declared twice"]);
    let rules = "blueprint b\nscorecard s for=b { level l { rule r { x is 1 } }; level m { rule r { x is 1 } } }";
    assert_eq!(names(&[rules]), ["E0301 [r] rule `r` is declared twice"]);
    let entity = "blueprint b\nentity b one\nentity b \"o\\u{6e}e\"";
    assert_eq!(names(&[entity]), ["E0301 [\"o\\u{6e}e\"] entity `one` is declared twice"]);
    let request = "promise p\nrequest p one\nrequest p one namespace=default";
    assert_eq!(names(&[request]), ["E0301 [one] request `one` is declared twice"]);
    let fields = "promise p { api group=g.io version=v kind=K { field a object { field a string }; field a string } }";
    assert_eq!(names(&[fields]), ["E0301 [a] field `a` is declared twice"]);
}

#[test]
fn unknown_references_are_said_with_what_was_meant() {
    let texts = ["blueprint service { relation r servce }", "entity service a\nscorecard s for=service { level l }"];
    assert_eq!(names(&texts), ["E0302 [servce] there is no blueprint `servce`"]);
    assert_eq!(names(&["destination d { store s }"]), ["E0302 [s] there is no state store `s`"]);
    assert_eq!(names(&["action a create b"]), ["E0302 [b] there is no blueprint `b`"]);
    assert_eq!(names(&["scorecard s for=x { level l }"]), ["E0302 [x] there is no blueprint or promise `x`"]);
    assert_eq!(names(&["promise x\nscorecard s for=x { level l }"]), [""; 0].map(str::to_owned).to_vec());
    let test = "test t { given p a; given entity b c; expect error E0401 }";
    assert_eq!(names(&[test]).len(), 2);
}

#[test]
fn what_is_a_neighbours_own_need_not_be_declared() {
    let text = "blueprint b { relation r _user; aggregation n _rule_result count of=entities }
entity b c { r x }
entity _team d";
    assert_eq!(names(&[text]), [""; 0].map(str::to_owned).to_vec());
    assert_eq!(
        names(&["team x
entity _user u { team _y }"]),
        ["E0302 [_y] there is no team `_y`"]
    );
}

#[test]
fn teams_are_checked_once_one_is_declared() {
    let entity = "blueprint b\nentity b c { team x y }";
    assert_eq!(names(&[entity]), [""; 0].map(str::to_owned).to_vec());
    assert_eq!(names(&[entity, "team x"]), ["E0302 [y] there is no team `y`"]);
}

#[test]
fn a_second_project_is_one_too_many() {
    assert_eq!(names(&["project a", "project a"]), ["E0303 [a] there is more than one project"]);
}

#[test]
fn a_name_takes_a_few_bytes() {
    use crate::grammar::index::{Definition, NameUse};
    assert_eq!((size_of::<Definition>(), size_of::<NameUse>()), (24, 20));
}

#[test]
fn many_names_take_time_by_their_number() {
    let blueprints = (0..2_000).map(|number| format!("blueprint b{number}\n")).collect::<Vec<_>>().concat();
    let entities = (0..20_000).map(|number| format!("entity x{number} e\n")).collect::<Vec<_>>().concat();
    assert_eq!(names(&[&blueprints, &entities]).len(), 20_000);
}

#[test]
fn an_unknown_name_is_told_with_those_that_are_there() {
    let help = |text: &str| {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.kdl", text.as_bytes().to_vec()));
        let mut index = Index::default();
        index.merge(language().index(&parse(file, &sources.file(file).text).0));
        let found = index.check(&sources);
        found.iter().next().and_then(|item| item.help.clone()).unwrap_or_default()
    };
    let declared = "blueprint service\nblueprint team-page\npromise database\n";
    let told = help(&format!("{declared}scorecard s for=entity {{ level l }}"));
    assert!(told.starts_with("there is `database`, `service`, `team-page`; "), "{told}");
    let told = help(&format!("{declared}test t {{ given service s }}"));
    assert_eq!(told, "`service` is a blueprint: write `entity service`, which is an entity of it");
    let told = help(&format!("{declared}request service s"));
    assert_eq!(told, "`service` is a blueprint, no promise; there is `database`");
    assert_eq!(help("scorecard s for=x { level l }"), "declare it: `blueprint x { }`");
}
