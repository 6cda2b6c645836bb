//! What a word means, and where it is declared and named.

use super::*;
use crate::source::Span;

#[track_caller]
fn says(text: &str, wanted: &str) {
    let (snapshot, tree, at) = at_mark(text);
    let hover = snapshot.hover(&tree, at, Some(at)).unwrap_or_else(|| panic!("nothing at {text}"));
    assert!(hover.text.contains(wanted), "no {wanted:?} in {:?}", hover.text);
}

#[test]
fn a_word_is_explained_by_what_it_is_there() {
    says("enti‸ty service x { tier standard }", "A thing of the catalog");
    says("entity ser‸vice x { tier standard }", "**blueprint** `service` · Service");
    says("entity service x { ti‸er standard }", "One of `critical`, `standard`");
    says("entity service x { tier standard; dependencies hel‸lo }", "**entity** `hello` of service · Hello, world");
    says("blueprint b { property a enum req‸uired { values x; } }", "always a value");
    says("blueprint b { property ti‸er string }", "**property** `tier`\n\nA typed value of each entity.");
    says("scorecard x fo‸r=service { level A { rule b { tier present } } }", "**for**");
    says("scorecard x for=service { level A { rule b { tier pre‸sent } } }", "`present`");
}

#[test]
fn a_name_leads_to_where_it_is_declared() {
    let lines = |text: &str| -> Vec<String> {
        let (snapshot, tree, at) = at_mark(text);
        let found = snapshot.definition(&tree, at, Some(at));
        found.into_iter().map(|span| snapshot.loaded.sources.location(span)).collect()
    };
    assert_eq!(lines("entity ser‸vice x { tier standard }"), ["catalog.kdl:6:11"]);
    assert_eq!(lines("entity service x { ti‸er standard }"), ["catalog.kdl:9:14"]);
    assert_eq!(lines("entity service x { tier standard; dependencies hel‸lo }"), ["catalog.kdl:18:16"]);
    assert_eq!(lines("entity service x { tier stan‸dard }"), [""; 0]);
}

#[test]
fn what_an_overlay_names_leads_to_the_object() {
    let text = "environment one\nenvironment two\nentity service x { tier standard }\nrequest namespace r { size small }\n\
                overlay two {\n    entity service x {\n        set tier critical\n        add dependencies x\n    }\n    \
                unset request namespace r\n    set entity service z { tier standard }\n}\n";
    let places = |needle: &str, skip: usize| {
        let at = text.find(needle).unwrap() + skip;
        let (snapshot, tree, at) = at_mark(&format!("{}‸{}", &text[..at], &text[at..]));
        let found = snapshot.definition(&tree, at, Some(at));
        let lines = |spans: &[Span]| -> Vec<String> {
            spans.iter().map(|span| snapshot.loaded.sources.location(*span)).collect()
        };
        let (_, used) = snapshot.places(&tree, at, true).unwrap_or_default();
        let said = snapshot.hover(&tree, at, Some(at)).map(|hover| hover.text).unwrap_or_default();
        (lines(&found), used.len(), said)
    };
    let (declared, used, said) = places("    entity service x", 20);
    assert_eq!((declared, used), (vec!["typed.kdl:1:16".to_owned()], 2));
    assert!(said.starts_with("**entity** `x` of service"), "{said}");
    assert_eq!(places("    entity service x", 12).0, ["catalog.kdl:6:11"]);
    assert_eq!(places("dependencies x", 14).0, ["typed.kdl:1:16"]);
    assert_eq!(places("unset request namespace r", 25).0, ["typed.kdl:2:19"]);
    assert_eq!(places("unset request namespace r", 16).0, ["delivery.kdl:2:9"]);
    assert_eq!(places("set entity service z", 20).0, ["typed.kdl:9:24"], "what is only there is declared there");
    assert_eq!(places("set tier critical", 5).0, ["catalog.kdl:9:14"]);
}

#[test]
fn who_names_a_thing_and_what_it_names_is_known() {
    let (snapshot, tree, at) = at_mark(
        "entity service x‸ { tier standard; dependencies hello; team platform; }\nentity service y { tier standard; dependencies x; }\n\
         moved from=entity:service:z to=entity:service:x",
    );
    let called = snapshot.called(tree.file(), at).unwrap();
    assert_eq!(&*called.thing.name, "x");
    let names = |all: Vec<(Called, Vec<crate::source::Span>)>| -> Vec<String> {
        all.into_iter().map(|(one, places)| format!("{} {} {}", one.thing.kind, one.thing.name, places.len())).collect()
    };
    assert_eq!(names(snapshot.callers(&called.thing)), ["entity y 1"]);
    assert_eq!(names(snapshot.callees(&called.thing)), ["blueprint service 1", "entity hello 1", "team platform 1"]);
}

#[test]
fn levels_and_rules_in_an_overlay_lead_to_those_that_are_changed() {
    let card = "scorecard s for=service {\n    level Low { rule a \"A\" { tier present } }\n    level High { rule b \"B\" { tier present } }\n}\n";
    let place = |overlay: &str| -> Vec<String> {
        let (snapshot, tree, at) = at_mark(&format!("{card}{overlay}"));
        let found = snapshot.definition(&tree, at, Some(at));
        found.into_iter().map(|span| snapshot.loaded.sources.location(span)).collect()
    };
    assert_eq!(
        place("overlay { scorecard s { level Hi‸gh { rule b { set tier is critical } } } }"),
        ["typed.kdl:3:11"]
    );
    assert_eq!(
        place("overlay { scorecard s { level High { rule b‸ { set tier is critical } } } }"),
        ["typed.kdl:3:23"]
    );
    assert_eq!(
        place("overlay { scorecard s { level High { rule b { set ti‸er is critical } } } }"),
        ["catalog.kdl:9:14"]
    );
    assert_eq!(place("overlay { scorecard s { unset level Lo‸w } }"), ["typed.kdl:2:11"]);
    assert_eq!(
        place("overlay { scorecard s { level High { set rule b‸ \"C\" { tier is critical } } } }"),
        ["typed.kdl:3:23"]
    );
    says(
        &format!("{card}overlay {{ scorecard s {{ level Hi‸gh {{ rule b {{ set tier is critical }} }} }} }}"),
        "**level** `High`",
    );
    says(
        &format!("{card}overlay {{ scorecard s {{ level High {{ rule b‸ {{ set tier is critical }} }} }} }}"),
        "**rule** `b`",
    );
    says(
        &format!("{card}overlay {{ scorecard s {{ level High {{ rule b {{ set ti‸er is critical }} }} }} }}"),
        "One of `critical`, `standard`",
    );
}
