//! Nodes, arguments, properties and children.

use super::{fixed, language, shape, told_of, tree};
use crate::diag::Diagnostics;
use crate::grammar::tests::brief;
use crate::source::FileId;
use crate::syntax::{LOOKS, habits, parse};
use proptest::prelude::*;

const WHOLE: &str = include_str!("whole.kdl");

fn mended(text: &str) -> String {
    fixed(text, &language().validate(&tree(text)))
}

fn help(text: &str) -> String {
    let diagnostics = language().validate(&tree(text));
    diagnostics.iter().next().and_then(|item| item.help.clone()).unwrap_or_default()
}

#[test]
fn a_project_that_uses_everything_is_valid() {
    assert_eq!(brief(&[WHOLE], &language().validate(&tree(WHOLE))), [""; 0]);
}

#[test]
fn an_unknown_node_is_said_once_with_what_was_meant() {
    let text = "blueprnt service { wrong 1; also-wrong }";
    assert_eq!(shape(text), ["E0201 [blueprnt] there is no node `blueprnt` at the top of a file"]);
    assert_eq!(mended(text), "blueprint service { wrong 1; also-wrong }");
    assert_eq!(shape("team a { tilte A }"), ["E0201 [tilte] there is no node `tilte` in `team`"]);
    assert_eq!(
        help("team a { colour red }"),
        "there may be `title`, `description`, `icon`, `member`, `only-port`, `lifecycle`"
    );
}

#[test]
fn a_node_out_of_place_says_where_it_belongs() {
    assert_eq!(shape("rule a"), ["E0202 [rule] `rule` may not stand at the top of a file"]);
    assert_eq!(help("rule a"), "it stands in `level`");
    assert_eq!(help("team a { blueprint b }"), "it stands at the top of a file, or in `page`");
    assert_eq!(help("promise p { workflow configure { row a } }"), "it stands in `table`");
}

#[test]
fn missing_arguments_name_what_is_missing() {
    assert_eq!(shape("blueprint"), ["E0203 [blueprint] `blueprint` needs an id"]);
    let text = "blueprint b { property p required }";
    assert_eq!(shape(text), ["E0203 [required] `property` needs a type before `required`"]);
    assert_eq!(shape("test t { expect }"), ["E0203 [expect] `expect` does not say of which sort it is"]);
    assert_eq!(shape("test t { expect level a b }"), ["E0203 [expect level a b] `expect` needs a level"]);
    assert!(help("test t { expect level a b }").contains("expect level SCORECARD ENTITY LEVEL"));
    assert_eq!(shape("team t { member }"), ["E0203 [member] `member` needs an email"]);
}

#[test]
fn surplus_arguments_are_said_one_by_one() {
    let text = "blueprint b { relation r b many mnay }";
    assert_eq!(shape(text), ["E0204 [mnay] `relation` does not know the word `mnay`"]);
    assert_eq!(shape("team a b c").len(), 2);
    assert_eq!(shape("blueprint b { property p string min }"), ["E0204 [min] `property` does not know the word `min`"]);
    assert_eq!(shape("blueprint b { relation r b many many }"), ["E0208 [many] `many` is there twice"]);
}

#[test]
fn values_of_another_type_are_said_with_a_fix() {
    assert_eq!(shape("team a { title 5 }"), ["E0205 [5] title is text, not a number"]);
    assert_eq!(mended("team a { title 5 }"), "team a { title \"5\" }");
    assert_eq!(mended("project a { guards max-deletes=\"5\" }"), "project a { guards max-deletes=5 }");
    assert_eq!(shape("project a { guards max-deletes=-5 }"), ["E0205 [-5] max-deletes is less than 0"]);
    assert_eq!(shape("project a { guards max-deletes=1.5 }").len(), 1);
    let text = "promise p { workflow configure { each u in=spec.users } }";
    assert_eq!(shape(text), ["E0205 [spec.users] spec.users does not begin with `$`"]);
    assert_eq!(mended(text), "promise p { workflow configure { each u in=$spec.users } }");
    assert_eq!(shape("team t { member ana }"), ["E0205 [ana] ana is no email: there is no `@` in it"]);
}

#[test]
fn words_out_of_a_closed_set_are_suggested() {
    let text = "blueprint b { property p strin }";
    assert_eq!(shape(text), ["E0206 [strin] `strin` is no type"]);
    assert_eq!(mended(text), "blueprint b { property p string }");
    assert_eq!(shape("test t { expect levl a b c }"), ["E0206 [levl] `expect` knows no levl"]);
    assert_eq!(mended("action a crate"), "action a create");
}

#[test]
fn unknown_properties_say_what_they_should_be() {
    assert_eq!(
        shape("project a { guards max-delete=5 }"),
        ["E0207 [max-delete] `guards` has no property `max-delete`"]
    );
    assert!(help("team a title=A").contains("it is a child: write `title A` on a line of its own"));
    assert_eq!(mended("blueprint b { relation r b many=#true }"), "blueprint b { relation r b many }");
    assert_eq!(shape("scorecard s fro=a { level x }"), ["E0207 [fro] `scorecard` has no property `fro`"]);
    assert!(help("request p n { }\nteam name=a b").contains("team ID"));
    assert!(help("scorecard s { for service; level x }").contains("for="));
}

#[test]
fn what_is_missing_is_not_said_where_another_mistake_explains_it() {
    for text in [
        "scorecard s { for service; level x }",
        "scorecard s fro=service { level x }",
        "destination d { stor main }",
        "destination d store=main",
        "destination d store=main { path x }",
        "scorecard s for=b { levle x }",
    ] {
        assert_eq!(shape(text).len(), 1, "{:#?}", shape(text));
    }
}

#[test]
fn repeated_properties_are_said_on_closed_and_open_lines() {
    assert_eq!(
        shape("project a { guards max-deletes=1 max-deletes=2 }"),
        ["E0208 [max-deletes] property `max-deletes` is there twice"]
    );
    assert_eq!(shape("destination d { store s; labels a=x b=y a=z }"), ["E0208 [a] key `a` is there twice"]);
}

#[test]
fn missing_properties_and_children_are_said() {
    assert_eq!(shape("scorecard s { level a }"), ["E0209 [scorecard s] `scorecard` needs `for=`"]);
    assert_eq!(shape("scorecard s for=a"), ["E0211 [scorecard s for=a] `scorecard` needs a `level`"]);
    assert_eq!(shape("destination d { path x }"), ["E0211 [destination d] `destination` needs a `store`"]);
}

#[test]
fn children_that_may_stand_once_or_exclude_each_other_are_said() {
    assert_eq!(shape("team a { title A; title B; icon C }"), ["E0210 [title] `title` may stand here only once"]);
    let text = "blueprint b { property p enum { value a; values b; value c } }";
    assert_eq!(shape(text), ["E0212 [values] only one of `values`, `value` may stand here"]);
    let text = "blueprint b { property p string default=a { default b } }";
    assert_eq!(shape(text), ["E0212 [default] `default` stands here both as a property and as a child"]);
}

#[test]
fn a_block_where_none_may_be_is_said_once() {
    assert_eq!(shape("team a { title A { x; y } }"), ["E0213 [{ x; y }] `title` takes no block"]);
    assert_eq!(mended("team a { icon A { x } }"), "team a { icon A  }");
}

#[test]
fn words_for_truth_values_are_turned_into_truth_values() {
    for word in ["yes", "True", "on", "\"true\""] {
        let text = format!("action a create {{ backend webhook url=u agent={word} }}");
        assert_eq!(shape(&text), [format!("E0218 [{word}] {word} is text, not a truth value")]);
        assert_eq!(mended(&text), "action a create { backend webhook url=u agent=#true }");
    }
}

#[test]
fn urls_without_quotes_are_found_everywhere() {
    let text = "state-store s git {\n    url https://example.com/a\n}";
    assert_eq!(
        shape(text),
        ["E0219 [https://example.com/a] this is only `https:`: KDL takes what follows `//` for a comment"]
    );
    assert_eq!(mended(text), "state-store s git {\n    url \"https://example.com/a\"\n}");
    assert_eq!(shape("entity service a {\n repository https://x.y\n links { home http://z\n }\n}").len(), 2);
    assert_eq!(shape("entity service a {\n note \"https:\"// a comment\n}"), [""; 0]);
}

#[test]
fn names_that_cannot_be_names_are_said() {
    assert_eq!(shape("blueprint \"a b\""), ["E0220 [\"a b\"] \"a b\" is no id: it holds ' '"]);
    assert_eq!(shape("blueprint \"\""), ["E0220 [\"\"] the id is empty"]);
    assert_eq!(shape("promise DB"), ["E0220 [DB] DB is no id: it holds 'D'"]);
    let request = |line: &str| shape(&format!("promise p\nrequest p {line}"));
    assert_eq!(request("a-"), ["E0220 [a-] a- is no name: it ends with `-`"]);
    assert_eq!(request("a.-b"), ["E0220 [a.-b] a.-b is no name: its part `-b` begins with `-`"]);
    assert_eq!(request("a namespace=team.a"), ["E0220 [team.a] team.a is no namespace: it holds '.'"]);
    let long = "a".repeat(64);
    assert_eq!(request(&long), [""; 0]);
    assert_eq!(
        request(&format!("a namespace={long}")),
        [format!("E0220 [{long}] {}… is no namespace: it has more than 63 characters", &long[..60])]
    );
    let api = |line: &str| shape(&format!("promise p {{ api {line} }}"));
    assert_eq!(api("group=example.com version=v1 kind=P plural=ps"), [""; 0]);
    assert_eq!(
        api("group=example version=V1 kind=p_q plural=P"),
        [
            "E0220 [example] example is no group: it has no dot",
            "E0220 [V1] V1 is no version: it holds 'V'",
            "E0220 [p_q] p_q is no kind: it holds '_'",
            "E0220 [P] P is no plural: it holds 'P'",
        ]
    );
    let labels =
        |line: &str| shape(&format!("state-store s git {{ url x }}\ndestination d {{ store s; labels {line} }}"));
    assert_eq!(labels("\"example.com/Tier\"=A_1 b=\"\""), [""; 0]);
    assert_eq!(
        labels("-a=b c=\"x y\""),
        ["E0220 [-a] `-a` is no key: it begins with `-`", "E0220 [\"x y\"] \"x y\" is no value: it holds ' '"]
    );
    // What is no longer allowed can still be moved and removed.
    assert_eq!(shape("removed \"request:p:default/a-\""), [""; 0]);
    assert_eq!(shape("entity service Дом"), [""; 0]);
    assert_eq!(shape("blueprint .."), ["E0220 [..] .. is no id: it stands for a folder"]);
}

#[test]
fn a_version_range_without_quotes_is_explained() {
    let text = "project a { plat >=0.1 }";
    assert_eq!(shape(text), ["E0215 [>=0.1] KDL reads `>=` as a property named `>`"]);
    assert_eq!(mended(text), "project a { plat \">=0.1\" }");
}

#[test]
fn mistakes_beside_each_other_are_all_said() {
    let text =
        "blueprint b {\n property p strng\n relation\n titel B\n}\nentity b\nscorecard s for=b { level x { rule r } }";
    let codes: Vec<String> = shape(text).iter().map(|line| line[..5].to_owned()).collect();
    assert_eq!(codes, ["E0206", "E0203", "E0201", "E0203", "E0214"]);
}

#[test]
fn thousands_of_mistakes_take_no_more_than_their_number() {
    let text = "team a { title A }\n".to_owned() + &"team a { title A; title B; nonsense }\n".repeat(2_000);
    assert_eq!(language().validate(&tree(&text)).len(), 4_000);
    let line = format!("destination d {{ store s; labels {} }}", "a=b ".repeat(20_000));
    assert_eq!(language().validate(&tree(&line)).len(), 19_999);
    let line = format!("project a {{ guards {}{} }}", "a=1 ".repeat(30_000), "max-deletes=1 ".repeat(30_000));
    assert_eq!(language().validate(&tree(&line)).len(), 59_999);
    let block = format!("team a {{ {} }}", "title A; ".repeat(20_000));
    assert_eq!(language().validate(&tree(&block)).len(), 19_999);
}

/// How many values the walk over a text looks at.
fn looks(text: &str) -> u64 {
    let tree = tree(text);
    let before = LOOKS.get();
    language().validate(&tree);
    LOOKS.get() - before
}

#[test]
fn twice_the_values_of_a_line_are_twice_the_work() {
    let families: [(&str, &str); 10] = [
        ("team a", " b"),
        ("team a", " b c=d"),
        ("team a", " id=b"),
        ("blueprint b { relation a b", " target=b"),
        ("blueprint b { relation a b", " to=b"),
        ("blueprint b { relation a b", " many x"),
        ("blueprint b { property a string", " pattern x"),
        ("blueprint b { property a array", " of=x"),
        ("scorecard s", " for=b z=1"),
        ("promise p { workflow configure { files", " a b=c"),
    ];
    for (head, more) in families {
        let [small, large] = [500, 1_000].map(|count| {
            let end = "}".repeat(head.matches('{').count());
            looks(&format!("{head}{}{end}", more.repeat(count)))
        });
        assert!(large <= small * 21 / 10 + 100, "{head}{more}: {small}, then {large}");
    }
}

#[test]
fn one_mistake_with_a_colon_or_a_preposition_is_told_in_good_words() {
    let said = |text: &str| {
        let (mut read, syntax) = parse(FileId(0), &text.into());
        let habits = habits(&mut read);
        let told = told_of(read, syntax, habits);
        assert_eq!(told.len(), 1, "{text}: {}", brief(&[text], &told).join(" | "));
        let one = told.iter().next().unwrap();
        format!("{} {}: {}", one.code, one.message, one.help.as_deref().unwrap_or_default())
    };
    assert_eq!(said("entity service: b {\n  count 1\n}"), "E0123 a colon behind `service`: write `entity service b`");
    assert!(said("state-store g git { url https://github.com/a/b; }").starts_with("E0219"));
    assert!(said("state-store g git { url https://github.com/a/b }\nteam a").starts_with("E0219"));
    let ok = said("entity service b { ok: true\n}");
    assert!(ok.starts_with("E0123") && ok.contains("write `ok #true`"), "{ok}");
    let ok = said("entity service b { ok=true\n}");
    assert!(ok.starts_with("E0117") && ok.contains("write `ok #true`"), "{ok}");
    assert!(said("entity service b { 'count': 3\n}").contains("write `count 3`"));
    assert!(said("blueprint b { property a (string) }").contains("write `string` without parentheses"));
    assert!(said("blueprint b { property a array of=intger; }").starts_with("E0206 `intger` is no value of `of`: did"));
    assert!(said("scorecard s for=\"\" { level A { rule r { a is b; }; }; }").contains("the value of `for` is empty"));
}

#[test]
fn a_short_form_of_a_property_is_written_out() {
    assert_eq!(mended("request postgres a ns=x"), "request postgres a namespace=x");
}

#[test]
fn a_name_among_a_few_words_is_told_where_names_stand() {
    let found = language().validate(&tree("policy p for=service { require { a present; } }"));
    let help = found.iter().next().and_then(|item| item.help.clone());
    assert_eq!(help.as_deref(), Some("a name stands in `of=service`"));
}

#[test]
fn what_follows_from_broken_text_is_not_said_again() {
    for text in ["team a {\n member /x\n}", "blueprint b {\n property true string\n}", "title = x"] {
        let (tree, syntax) = parse(FileId(0), &text.into());
        assert!(!language().validate(&tree).is_empty() && !syntax.is_empty(), "{text}");
        assert_eq!(told_of(tree, syntax.clone(), Diagnostics::default()), syntax, "{text}");
    }
    let text = "title = x\nblueprnt a\n";
    let (tree, syntax) = parse(FileId(0), &text.into());
    let said = brief(&[text], &told_of(tree, syntax, Diagnostics::default()));
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(said[0], "E0201 [blueprnt] there is no node `blueprnt` at the top of a file");
    assert!(said[1].starts_with("E0117"), "{said:?}");
}

#[test]
fn every_short_text_of_blocks_and_letters_is_validated_and_indexed() {
    let mut texts = vec![String::new()];
    for _ in 0..5 {
        let longer = texts
            .iter()
            .flat_map(|text| [' ', 'é', '}', '{', '\n', '"', '=', 'a'].map(|letter| format!("{text}{letter}")));
        texts = longer.collect();
        for text in &texts {
            let (tree, _) = parse(FileId(0), &text.as_str().into());
            language().validate(&tree);
            language().index(&tree);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_validated_and_indexed_without_a_panic(text in "\\PC{0,200}") {
        let (tree, _) = parse(FileId(0), &text.as_str().into());
        language().validate(&tree);
        language().index(&tree);
    }

    /// Whatever words of the language stand in whatever order.
    #[test]
    fn any_words_are_validated_and_indexed_without_a_panic(
        words in proptest::collection::vec(prop_oneof![
            proptest::sample::select(WHOLE.split_whitespace().collect::<Vec<_>>()).prop_map(str::to_owned),
            Just("{".to_owned()), Just("}".to_owned()), Just("\n".to_owned()),
        ], 0..80)
    ) {
        let text = words.join(" ");
        let (tree, _) = parse(FileId(0), &text.as_str().into());
        let diagnostics = language().validate(&tree);
        for diagnostic in diagnostics.iter() {
            prop_assert!(text.get(diagnostic.primary.span().range()).is_some());
        }
        language().index(&tree);
    }
}

#[test]
fn annotations_that_nobody_knows_are_said_wherever_one_can_stand() {
    let unknown = |text: &str, word: &str| {
        assert_eq!(shape(text), [format!("E0227 [({word})] there is no annotation `({word})`")], "{text}");
    };
    for text in [
        "request db a { pw (u8)x }",
        "request db a { users { - name=(u8)x; } }",
        "entity b a { p { q (u8)1 } }",
        "entity b a { (u8)p 1 }",
        "entity b a { properties { p (u8)1 } }",
        "(u8)team a",
        "team (u8)a",
        "team a { (u8)title A }",
        "team a { title (u8)A }",
        "blueprint b { property p string (u8)required }",
        "blueprint b { property p string default=(u8)x }",
        "blueprint b { property p array of=string { (u8)default x } }",
        "blueprint b { property p array of=string { default (u8)x } }",
        "promise p { schedule environment=(u8)x }",
        "promise p { workflow configure { (u8)table t by=$spec.a { row a b=1 } } }",
        "promise p { workflow configure { table t by=$spec.a { row a b=(u8)1 } } }",
        "promise p { workflow configure { resource v1 (u8)A b } }",
        "promise p { workflow configure { resource v1 A b { c (u8)1 } } }",
        "promise p { workflow configure { resource v1 A b { (u8)c 1 } } }",
        "promise p { workflow configure { match $spec.a { case (u8)1; case 2 } } }",
        "action a create { backend kafka { send x (u8)1 } }",
        "destination d { store s; labels x=(u8)y }",
        "scorecard s for=b { level L { rule r \"R\" { p is (u8)5 } } }",
        "scorecard s for=b { level L { rule r \"R\" { (u8)p is 5 } } }",
        "test t { given db a { p (u8)1 }; expect resource A b { c (u8)1 } }",
    ] {
        let found = shape(text);
        assert!(!found.is_empty() && found.iter().all(|one| one.starts_with("E0227 [(u8)]")), "{text}: {found:?}");
    }
    unknown("request db a { pw (secert)x }", "secert");
    assert_eq!(mended("request db a { pw (secert)x }"), "request db a { pw (secret)x }");
    assert_eq!(mended("request db a { pw (Secret)x }"), "request db a { pw (secret)x }");
    assert_eq!(mended("entity b a { (arry)p 1 }"), "entity b a { (array)p 1 }");
    assert_eq!(mended("entity b a { p ( u8 ) 1 }"), "entity b a { p 1 }");
    assert_eq!(help("scorecard s for=b { level L { rule r { p is (feild)q } } }"), "did you mean `(field)`?");
    assert!(help("entity b a { p (u8)1 }").ends_with("before a value there may be `(secret)`, `(jq)`, `(cel)`"));
    assert_eq!(shape("entity b a { p (\"\")1 }"), ["E0227 [(\"\")] there is no annotation `()`"]);
}

#[test]
fn annotations_stand_where_they_are_of_use() {
    let body = |line: &str| format!("promise p {{ workflow configure {{ resource v1 A b {{ {line} }} }} }}");
    for text in [
        body("a (cel)\"x\"; (array)b 1; (object)c; d { (array)- 1 }; e f=(jq)\".x\""),
        "entity b a { (array)p 1; (object)q; relations { (array)r x } }".to_owned(),
        "request db a { pw (secret)x; (array)p; q (jq)\".x\" }".to_owned(),
        "action a create { backend kafka { send x (jq)\".x\" } }".to_owned(),
        "blueprint b { property p array of=string { (array)default } }".to_owned(),
        "blueprint b { property p object { default { a 1; b { - 1; } } } }".to_owned(),
    ] {
        assert_eq!(shape(&text), [""; 0], "{text}");
    }
    for (text, said) in [
        ("(array)team a", "E0118 [(array)] `(array)` may not stand here"),
        ("entity b a { (object)properties { p 1 } }", "E0118 [(object)] `(object)` may not stand here"),
        ("team a { title (jq)A }", "E0118 [(jq)] `(jq)` may not stand here"),
        ("entity b a { p (array)1 }", "E0118 [(array)] `(array)` stands before a node, not before a value"),
        ("entity b a { (jq)p x }", "E0118 [(jq)] `(jq)` stands before a value, not before a node"),
        ("entity b a { p (cel)1 }", "E0118 [(cel)] `(cel)` stands before a text, and 1 is none"),
    ] {
        assert_eq!(shape(text), [said], "{text}");
    }
}

#[test]
fn a_text_that_nothing_is_put_into_is_said() {
    let said = |value: &str| -> Vec<String> {
        [
            format!("entity b a {{ p {value} }}"),
            format!("entity b a {{ p {{ q {value} }} }}"),
            format!("request db a {{ p {value} }}"),
            format!("team a {{ title {value} }}"),
            format!("blueprint b {{ property p string default={value} }}"),
            format!("state-store s git {{ url a; branch {value} }}"),
            format!("scorecard s for=b {{ level L {{ rule r \"R\" {{ p is {value} }} }} }}"),
            format!("test t {{ expect resource A b {{ c {value} }} }}"),
        ]
        .iter()
        .map(|text| shape(text).join(" "))
        .collect()
    };
    assert_eq!(said("\"x ${team}\""), ["E0229 [\"x ${team}\"] `${team}` stays as it is: nothing is put in here"; 8]);
    assert_eq!(said("$spec.size"), ["E0229 [$spec.size] `$spec.size` stays as it is: nothing is put in here"; 8]);
    for meant in ["#\"x ${team}\"#", "\"$team\"", "\"a$b ${} ${1} $5 ${a\"", "\"{{ .a }}\"", "$5", "a$b"] {
        assert_eq!(said(meant), [""; 8], "{meant}");
    }
    for text in [
        "promise p { workflow configure { resource v1 A $name file=\"${name}.yaml\" { b $spec.c; d \"${name}\" } } }",
        "promise p { schedule a=$spec.b; workflow configure { match $spec.a { case x { status a=$name } } } }",
        "action a create { backend kafka { send x \"${inputs.y}\" } }",
    ] {
        assert_eq!(shape(text), [""; 0], "{text}");
    }
    assert!(help("entity b a { p \"${x}\" }").ends_with("write it raw: `#\"${x}\"#`"));
}

#[test]
fn a_word_for_a_truth_value_in_a_manifest_is_said() {
    let body = |line: &str| format!("promise p {{ workflow configure {{ resource v1 A b {{ {line} }} }} }}");
    for word in ["yes", "True", "off", "Null"] {
        assert_eq!(shape(&body(&format!("a {word}")))[0][..5], *"E0218", "{word}");
        assert_eq!(shape(&body(&format!("a \"{word}\""))), [""; 0]);
        assert_eq!(shape(&format!("entity b a {{ p {word} }}")), [""; 0]);
    }
    assert_eq!(mended(&body("a yes")), body("a #true"));
}

#[test]
fn a_step_in_a_manifest_is_said_once() {
    let body =
        |lines: &str| format!("promise p {{ workflow configure {{ resource v1 A b {{ spec {{ {lines} }} }} }} }}");
    for (lines, name) in
        [("rules { table t by=$spec.x { row a b=1; }; }", "table"), ("table t by=$spec.x { row a b=1; }", "table")]
    {
        let found = shape(&body(lines));
        assert!(
            matches!(found.as_slice(), [one] if one.starts_with("E0228") && one.contains(&format!("`{name}` is a step"))),
            "{found:?}"
        );
    }
    for field in ["each a b", "match \"Host(`x`)\"", "match { app x }", "table x", "each in=x", "match { case x; }"] {
        assert_eq!(shape(&body(field)), [""; 0], "{field}");
    }
}

/// What a line of a blueprint is mended to, beside what the parser says of it: the only problem, whose fix leaves none.
fn meant(line: &str) -> String {
    let told = |text: &str| {
        let (mut tree, syntax) = parse(FileId(0), &text.into());
        let habits = habits(&mut tree);
        told_of(tree, syntax, habits)
    };
    let text = format!("blueprint b {{\n {line}\n}}");
    let found = told(&text);
    assert_eq!(found.len(), 1, "{line}: {:?}", brief(&[&text], &found));
    let mended = fixed(&text, &found);
    assert!(told(&mended).is_empty(), "{line}: {:?}", brief(&[&mended], &told(&mended)));
    mended.strip_prefix("blueprint b {\n ").and_then(|rest| rest.strip_suffix("\n}")).unwrap().to_owned()
}

#[test]
fn a_typed_value_of_another_language_is_told_as_it_was_meant() {
    for (written, mended) in [
        ("property z enum [a, b]", "property z enum { values a b; }"),
        ("property z enum [\"a\", \"b c\"] required", "property z enum required { values \"a\" \"b c\"; }"),
        ("property z enum a b required", "property z enum required { values a b; }"),
        ("property z enum (a, b)", "property z enum { values a b; }"),
        ("property z enum(a, b)", "property z enum { values a b; }"),
        ("property z enum a|b", "property z enum { values a b; }"),
        ("property z enum values=[a,b] default=a", "property z enum default=a { values a b; }"),
        ("property z type=enum values=[a,b]", "property z enum { values a b; }"),
        ("property z string enum=[a, b]", "property z enum { values a b; }"),
        ("property z enum=[1, 2]", "property z enum { values 1 2; }"),
        ("property z enum [a, b] {\n  title Z\n }", "property z enum { values a b;\n  title Z\n }"),
        ("property z array of=enum [a, b]", "property z array of=enum { values a b; }"),
        ("property z enum [\n  a,\n  b\n ]", "property z enum { values a b; }"),
        ("property z type=string", "property z string"),
        ("property z type=bool required=true", "property z boolean required"),
        ("property z type=enum {\n  values a b\n }", "property z enum {\n  values a b\n }"),
        ("property z type: string", "property z string"),
        ("property z list(string)", "property z array of=string"),
    ] {
        assert_eq!(meant(written), mended, "{written}");
    }
    for (theirs, ours) in [("bool", "boolean"), ("int", "integer"), ("map", "object"), ("datetime", "date-time")] {
        assert_eq!(meant(&format!("property z {theirs}")), format!("property z {ours}"));
    }
}

#[test]
fn a_text_of_another_language_of_templates_is_said_where_values_are_put_in() {
    let body = |value: &str| format!("promise p {{ workflow configure {{ resource v1 A b {{ c {value} }} }} }}");
    let sent = |value: &str| format!("action a create {{ backend kafka {{ send x {value} }} }}");
    for text in ["{{ .Values.size }}", "{{ .inputs.size }}", "{{ size }}", "a {{size}} b"] {
        for whole in [body(&format!("\"{text}\"")), sent(&format!("\"{text}\""))] {
            assert!(matches!(&*shape(&whole), [one] if one.starts_with("E0229")), "{whole}: {:?}", shape(&whole));
        }
    }
    for text in ["#\"{{ .Values.size }}\"#", "\"{{ size\"", "\"{{}}\"", "\"${{ size }}\""] {
        assert_eq!(shape(&body(text)), [""; 0], "{text}");
    }
}

#[test]
fn values_that_lack_their_keys_are_told_with_the_line() {
    let line = |text: &str| {
        let found = shape(text);
        assert!(matches!(&*found, [one] if one.starts_with("E0209")), "{text}: {found:?}");
        mended(text)
    };
    for (text, mended) in [
        ("moved entity:b:a entity:b:c", "moved from=entity:b:a to=entity:b:c"),
        ("moved entity:b:a -> entity:b:c", "moved from=entity:b:a to=entity:b:c"),
        ("moved from entity:b:a to entity:b:c", "moved from=entity:b:a to=entity:b:c"),
        ("scorecard s b { level l; }", "scorecard s for=b { level l; }"),
        ("policy p entity { require { a present; }; }", "policy p for=entity { require { a present; }; }"),
    ] {
        assert_eq!(line(text), mended);
    }
    let steps = |line: &str| format!("promise p {{ workflow configure {{ {line} {{ }}; }} }}");
    for (text, mended) in [
        ("each z in $spec.zones", "each z in=$spec.zones"),
        ("each z $spec.zones", "each z in=$spec.zones"),
        ("each z in spec.zones", "each z in=$spec.zones"),
    ] {
        assert_eq!(line(&steps(text)), steps(mended));
    }
    let found = shape("moved service:a service:b");
    assert_eq!(found, ["E0209 [moved service:a service:b] `moved` needs `from=`, `to=`"]);
}

fn told(text: &str) -> Option<String> {
    language().foreign(FileId(0), &text.into()).map(|one| one.message)
}

/// Whatever the lines are indented by and end with, and whatever stands before them.
#[test]
fn what_kdl_reads_is_of_no_other_language() {
    let whole = tree(WHOLE);
    let single = whole.nodes().map(|node| WHOLE[node.span().range()].to_owned() + "\n");
    let ends = ["\r", "\r\n", "\u{2028}", "\u{85}", "\u{c}"];
    let mut count = 0;
    for text in single.chain([WHOLE.to_owned()]) {
        let indented = |by: &str| text.split_inclusive('\n').map(|line| format!("{by}{line}")).collect::<String>();
        let (name, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let begun = [
            format!(" {text}"),
            format!(" {}", text.replace("\n    ", "\n ")),
            indented(" "),
            indented("\t"),
            text.lines().map(|line| line.trim_start().to_owned() + "\n").collect(),
            format!("// owner: x\r{text}"),
            format!("// owner:\u{2028}{text}"),
            format!("/* a:\nb: c\n- d\n*/ {text}"),
            format!("/- kdl-version 2\n{text}"),
            format!("\"{name}\" {rest}"),
            format!("#\"{name}\"# {rest}"),
        ];
        for text in begun.into_iter().chain(ends.map(|end| text.replace('\n', end))) {
            assert_eq!(told(&text), None, "{text}");
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
    // Nothing but what is said of it.
    assert_eq!(told("/*\nkind: a\nname: b\n*/\n"), None);
    assert_eq!(told("  kind: a\n  name: b\n"), Some("this is YAML, and `plat` reads KDL".to_owned()));
}

#[test]
fn a_file_of_another_language_is_told_as_one() {
    for (text, name) in [
        ("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n", "YAML"),
        ("# A comment.\n---\na: 1\n", "YAML"),
        ("- a: 1\n  b: 2\n- a: 2\n", "YAML"),
        ("services:\n  web:\n    image: x\n", "YAML"),
        ("{\n  \"a\": 1\n}\n", "JSON"),
        ("[{\"a\": 1}]", "JSON"),
        ("variable \"acl\" {\n  type = string\n}\n", "HCL, the language of Terraform"),
        ("resource \"a\" \"b\" {\n  bucket = \"x\"\n}\nlocals {\n  a = 1\n}\n", "HCL, the language of Terraform"),
        ("region = \"eu\"\nsize = 3\n", "HCL, the language of Terraform"),
        ("import k8s.api.core.v1 as k\nschema App:\n    name: str\n", "KCL"),
        ("schema App:\n    replicas: int = 1\n", "KCL"),
        ("[package]\nname = \"x\"\n", "TOML"),
        ("{{- if .Values.a }}\na: 1\n{{- end }}\n", "a template"),
    ] {
        assert_eq!(told(text), Some(format!("this is {name}, and `plat` reads KDL")), "{text}");
    }
    for text in [
        "",
        "project acme\n",
        "project: acme\nteam: payments\n",
        "team payments {\n  title: x\n}\n",
        "teem payments\nblueprnt x\n",
        "blueprint b {\n  property a string\n}\nname: x\n",
        "name: x\n",
        "bluprint a {\n  property=b\n}\n",
    ] {
        assert_eq!(told(text), None, "{text}");
    }
}

#[test]
fn what_stands_on_the_line_or_in_the_block_in_place_of_the_other_is_told_once() {
    for (text, line) in [
        ("entity b a tier=critical slo=99", "entity b a { tier critical; slo 99; }"),
        ("entity b a tier=critical { slo 99; }", "entity b a { tier critical; slo 99; }"),
        ("request db a namespace=x size=small", "request db a namespace=x { size small; }"),
        ("destination d store=gitops", "destination d { store gitops; }"),
        ("entity b a { lifecycle protect=#true; }", "entity b a { lifecycle { protect; }; }"),
        (
            "entity b a { lifecycle protect=#false on-drift=keep { deletion orphan; }; }",
            "entity b a { lifecycle { on-drift keep; deletion orphan; }; }",
        ),
        ("entity b a { lifecycle protect=#false; }", "entity b a { lifecycle; }"),
        (
            "destination d { store g; labels { env prod; tier a; }; }",
            "destination d { store g; labels env=prod tier=a; }",
        ),
        ("promise p { api { group a.b; version v1; kind K; }; }", "promise p { api group=a.b version=v1 kind=K; }"),
        (
            "promise p { api { group a.b; version v1; kind K; field a string; }; }",
            "promise p { api group=a.b version=v1 kind=K {    field a string; }; }",
        ),
        ("moved {\n  from entity:b:a\n  to entity:b:c\n}", "moved from=entity:b:a to=entity:b:c"),
        ("blueprint b { relation s target=system many; }", "blueprint b { relation s system many; }"),
        ("team name=a", "team a"),
        ("scorecard s blueprint=b { level l; }", "scorecard s for=b { level l; }"),
        ("blueprint b { tier string required; }", "blueprint b { property tier string required; }"),
        ("blueprint b { field tier string; }", "blueprint b { property tier string; }"),
        ("action a create { property tier string; }", "action a create { input tier string; }"),
    ] {
        let found = shape(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(mended(text), line);
        assert_eq!(shape(line), [""; 0], "{line}");
    }
    for text in ["blueprint b { properties { a string; }; }", "scorecard s for=b { rule r { a present; }; }"] {
        let found = shape(text);
        assert!(matches!(&*found, [one] if one.starts_with("E0202")), "{text}: {found:?}");
    }
}

#[test]
fn what_belongs_to_another_sort_of_a_node_is_told_with_that_sort() {
    let told = |text: &str| -> Vec<String> {
        let found = language().validate(&tree(text));
        found.iter().filter_map(|one| one.help.clone()).filter(|help| help.contains("sort")).collect()
    };
    let help = "it stands in a `state-store` of the sort `git`";
    assert_eq!(told("state-store s bucket { endpoint e; bucket b; branch main; }"), [help]);
    assert_eq!(shape("state-store s gti { url a; }"), ["E0206 [gti] `state-store` knows no gti"]);
    let text = "state-store s gti { url a; }\ndestination d { store s; }";
    assert_eq!(super::names(&[text]), [""; 0], "the name is known in spite of the sort");
}
