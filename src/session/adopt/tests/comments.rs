//! The law of comments: wherever they stand, and whatever others change, none is lost, and none changes its place among the others.

use super::{Values, address, after, applied, edits, loaded, nodes, others, take_over, taken, values};
use crate::model::{Address, Map, Number, Value, write_json};
use crate::object::fields;
use crate::session::{Planning, plan};
use crate::source::FileId;
use crate::syntax::edit::{comment_lines, write_scalar, write_string};
use crate::syntax::{Scalar, parse};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What entities and requests are of; the requests call `title` of an entity `lifecycle`, which is a word of theirs.
const TYPES: &str = "project law // p
blueprint thing {
    property s string
    property n number
    property w array of=string
    property l array
    property o object
    property title array of=string
}
state-store gitops git {
    url \"../gitops.git\"
}
destination main {
    store gitops
}
promise app {
    api group=company.com version=v1 kind=App {
        field s string
        field n number
        field w array of=string
        field l array
        field o object
        field lifecycle array of=string
    }
    workflow configure {
        status message=ready
    }
}
";

/// A text that is written with a comment, an empty line, or another notation wherever its noise says so.
struct Noisy<'n> {
    out: String,
    noise: std::iter::Cycle<std::slice::Iter<'n, u8>>,
    comments: usize,
}

impl Noisy<'_> {
    /// One of some choices.
    fn pick<'c>(&mut self, choices: &[&'c str]) -> &'c str {
        let byte = self.noise.next().copied().unwrap_or_default();
        choices.get(byte as usize % (choices.len() * 2)).copied().unwrap_or(choices[0])
    }

    /// Writes one of some choices, in which `@` stands for the name of a new comment.
    fn noise(&mut self, choices: &[&str]) {
        for character in self.pick(choices).chars() {
            match character {
                '@' => {
                    self.comments += 1;
                    self.out.push_str(&format!("c{}", self.comments));
                }
                other => self.out.push(other),
            }
        }
    }

    /// What may stand between nodes.
    fn between(&mut self) {
        self.noise(&[
            "\n",
            "\n\n",
            "\n// @\n",
            "\n/* @ */\n",
            "\n/* @\n  @ */ ",
            "\n/- gone @ {\n    // @\n    x \"\"\"\n      @\n      \"\"\"\n}\n",
            " // @\n",
            " /* @ */\n\t",
        ]);
    }

    /// What may stand behind a node.
    fn behind(&mut self) {
        self.noise(&["", ";", " // @", " /* @ */;", "; // @", " /-{ // @\n x @ }"]);
        self.between();
    }

    /// What may stand between the parts of a node.
    fn within(&mut self) {
        self.noise(&[" ", "  ", " /* @ */ ", " \\ // @\n  ", " /-@ ", " /- k=@ ", " /-\n(a)@ "]);
    }

    fn string(&mut self, text: &str) {
        let written = write_string(text);
        let is_plain = !text.contains(['\n', '\\', '"', '#', '\u{85}']);
        let form = if is_plain { self.pick(&["", "\"", "#", "\"\"\""]) } else { "" };
        match form {
            "\"" => self.out.push_str(&format!("\"{text}\"")),
            "#" => self.out.push_str(&format!("#\"{text}\"#")),
            "\"\"\"" if !text.trim().is_empty() => {
                self.out.push_str(&format!("\"\"\"\n        {text}\n        \"\"\""));
            }
            _ if text == "-" => self.out.push_str("\"-\""),
            _ => self.out.push_str(&written),
        }
    }

    fn scalar(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.string(text),
            Value::Number(Number::Integer(number)) if *number >= 0 => {
                let form = self.pick(&["", "0x", "0b"]);
                let text = match form {
                    "0x" => format!("0x{number:X}"),
                    "0b" => format!("0b{number:b}"),
                    _ => number.to_string(),
                };
                self.out.push_str(&text);
            }
            Value::Number(Number::Integer(number)) => self.out.push_str(&number.to_string()),
            Value::Number(Number::Float(number)) => self.out.push_str(&write_scalar(Scalar::Float(*number))),
            Value::Bool(value) => self.out.push_str(&write_scalar(Scalar::Bool(*value))),
            _ => self.out.push_str("#null"),
        }
    }

    fn block(&mut self, children: &[(&str, &Value)]) {
        self.out.push_str(" {");
        self.between();
        for (name, value) in children {
            self.node(name, value);
            self.behind();
        }
        self.out.push('}');
    }

    /// A node that says a value.
    fn node(&mut self, name: &str, value: &Value) {
        let is_alone = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
        match value {
            Value::Array(items) if items.is_empty() => {
                self.out.push_str("(array)");
                self.string(name);
            }
            Value::Array(items)
                if items.iter().all(|item| is_alone(item)) && self.pick(&["words", "lines"]) == "words" =>
            {
                self.out.push_str("(array)");
                self.string(name);
                for item in items {
                    self.within();
                    self.scalar(item);
                }
            }
            Value::Array(items) => {
                self.string(name);
                let items: Vec<(&str, &Value)> = items.iter().map(|item| ("-", &item.value)).collect();
                self.block(&items);
            }
            Value::Object(map) => self.object(name, map),
            scalar => {
                self.string(name);
                self.within();
                self.scalar(scalar);
            }
        }
    }

    fn object(&mut self, name: &str, map: &Map) {
        self.out.push_str("(object)");
        self.string(name);
        let mut children = Vec::new();
        for member in &map.members {
            let is_alone = !matches!(member.value.value, Value::Array(_) | Value::Object(_));
            if is_alone && self.pick(&["key", "line"]) == "key" {
                self.within();
                self.string(&member.name.value);
                self.noise(&["=", " = ", " /* @ */ = ", "= /* @ */ "]);
                self.scalar(&member.value);
            } else {
                children.push((&*member.name.value, &member.value.value));
            }
        }
        self.block(&children);
    }

    /// An object with its fields, those of `group` in a group of that name.
    fn declare(&mut self, head: &str, group: [&str; 2], values: &Values) {
        self.between();
        self.out.push_str(head);
        self.out.push_str(" {");
        self.between();
        for (name, value) in values {
            if *name == "title" {
                self.out.push_str(&format!("{} {{", group[0]));
                self.between();
                self.node(group[1], value);
                self.behind();
                self.out.push('}');
                self.between();
            } else {
                self.node(name, value);
                self.behind();
            }
        }
        self.out.push('}');
        self.between();
    }
}

/// A project of an entity and a request, with comments everywhere.
fn text(from: &[Values], noise: &[u8]) -> String {
    let mut noisy = Noisy { out: TYPES.to_owned(), noise: noise.iter().cycle(), comments: 0 };
    noisy.declare("entity thing e0", ["properties", "title"], &from[0]);
    noisy.out.push_str("\nteam between // stays\n");
    noisy.declare("request app e1", ["spec", "lifecycle"], &from[1]);
    noisy.out
}

fn comments(text: &str) -> Vec<String> {
    let (tree, _) = parse(FileId(0), &text.into());
    comment_lines(&tree).into_iter().map(str::to_owned).collect()
}

/// What others make of the request: other values of the fields that are ours.
fn requested(from: &Values, to: &Values) -> Vec<(String, Option<Value>)> {
    let path = |name: &str| format!("spec.{}", if name == "title" { "lifecycle" } else { name });
    from.keys().map(|name| (path(name), to.get(name).cloned())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(300) })]

    #[test]
    fn no_comment_is_lost(
        from in prop::collection::vec(values(), 2),
        to in prop::collection::vec(values(), 2),
        keeps in any::<bool>(),
        noise in prop::collection::vec(any::<u8>(), 1..200),
        newline in prop::sample::select(&["\n", "\r\n"][..]),
    ) {
        let before = text(&from, &noise).replace('\n', newline);
        let mut targets = applied(&before);
        others(&mut targets, &address(0), edits(&from[0], keeps.then_some(&to[0])));
        let request = Address::parse("request:app:default/e1").unwrap();
        others(&mut targets, &request, Some(requested(&from[1], &to[1])));
        let adoption = take_over(&before, &mut targets, "*");
        prop_assert_eq!(&adoption.refused, &vec![], "{}", before);
        let now = after(&before, &adoption);
        // They go along with what changes its place.
        let [mut left, mut all] = [comments(&now), comments(&before)];
        left.sort_unstable();
        all.sort_unstable();
        prop_assert_eq!(left, all, "{}\nbecame\n{}", before, now);
        let planned = plan(&loaded(&now), &mut targets, Planning::default()).unwrap();
        prop_assert!(!planned.has_changes() && planned.conflicts.is_empty(), "{:?} in {}", planned.operations, now);
        let new = nodes(&now);
        for (name, node) in nodes(&before).into_iter().filter(|(name, _)| !name.contains(" e0") && !name.contains(" e1")) {
            prop_assert_eq!(new.get(&name), Some(&node));
        }
    }
}

/// A project with an object of every kind, and a comment at every place of each.
const COMMENTED: &str = r#"project law
team payments { // 1
    // 2
    title P /* 3 */; description "D" // 4
    /* 5 */ icon I /-6
    member /* 7 */ ana@example.com bo@example.com /-b@example.com // 8
    // 9
}
blueprint thing { // 1
    // 2
    title Thing // 3
    description "A thing." /* 4 */
    // 5
    property size integer /* 6 */ required /-max=9 min=1 { // 7
        // 8
        title Size // 9
        /* 10 */
    } // 11
    property tier enum /* 12 */ { // 13
        value a color=red // 14
        // 15
        value b /* 16 */ color=blue
        /- value c // 17
    }
    property address object { field city string { title City; /* 18 */ } } // 19
    // 20
    relation parts thing /* 21 */ many { // 22
        title Parts // 23
    }
    relation gone thing { // 24
        description "d" // 25
    } /-{ x } // 26
}
scorecard ready for=thing { // 1
    title R // 2
    only-for { size above 1 /* 3 */; size /* 4 */ below 9 } // 5
    level Bronze /* 6 */ color=bronze { // 7
        // 8
        rule sized "Sized" { // 9
            // 10
            size present // 11
            any { // 12
                size above 1 // 13
                /- size above 2
            }
        } // 14
        rule gone { size present; /* 15 */ }
    }
    level Gold { // 16
        rule tiered { tier present /* 17 */ }
        // 18
    }
}
action make create thing { // 1
    // 2
    input name string /* 3 */ required // 4
    // 5
    input size integer { // 6
        /* 7 */ title S
    }
    backend /* 8 */ kafka /-x=1 { // 9
        // 10
        send name $inputs.name // 11
        send size $inputs.size /* 12 */; report-status // 13
    } // 14
}
state-store main git { // 1
    url "../a.git" // 2
    branch /* 3 */ main // 4
    /* 5 */ path clusters; auth basic secret=/* 6 */main // 7
}
destination production { // 1
    store main // 2
    path p /-q // 3
    labels /* 4 */ a=b /* 5 */ c=d // 6
    strict-labels /* 7 */; drain // 8
}
promise app { // 1
    title App // 2
    api group=company.com /* 3 */ version=v1 kind=App plural=apps { // 4
        // 5
        field size integer default=1 /* 6 */ // 7
        field tags array of=string { // 8
            /* 9 */ default a b // 10
        }
        field gone string { title G; /* 11 */ } // 12
    } // 13
    schedule /* 14 */ a=b c=d // 15
    workflow configure /* 16 */ pipeline=p { // 17
        // 18
        status message=ready /* 19 */ url="x" // 20
    } // 21
}
"#;

/// The same objects with other values everywhere.
const CHANGED: &str = r#"project law
team payments { title Q; member cy@example.com bo@example.com; }
blueprint thing {
    description "Another thing."; icon Box
    property size number max=5
    property tier enum { value b color=red; value d color=green; }
    property address object { field city number; field zip string; }
    property new array of=string { default x; }
    relation parts thing required { title P; }
}
scorecard ready for=thing {
    title S
    only-for { size above 2 }
    level Silver { rule tiered "T" { tier present } }
    level Gold color=gold { rule sized { size is 4; any { size above 5; size below 2; } } }
}
action make update thing {
    input size integer required
    input name string
    backend webhook url="https://example.com" { send size $inputs.size; send more $inputs.name }
}
state-store main git { url "../b.git"; branch other; }
destination production { store main; labels c=e; encrypted; }
promise app {
    description D
    api group=company.org version=v2 kind=App plural=appz { field size integer default=2 required; field tags array of=string; field more object; }
    schedule c=e
    workflow configure { status message=done url="x"; }
}
"#;

/// The fields of an object of a project, each with its value as JSON.
fn declared(text: &str) -> BTreeMap<(String, String), String> {
    let loaded = loaded(text);
    let mut found = BTreeMap::new();
    for object in loaded.project.declared() {
        for (path, value) in fields(&object.body()) {
            let mut json = Vec::new();
            write_json(&value.value, &mut json);
            found.insert((object.address().to_string(), path), String::from_utf8(json).unwrap());
        }
    }
    found
}

#[test]
fn no_field_of_any_kind_loses_a_comment() {
    let (before, now) = (declared(COMMENTED), declared(CHANGED));
    let mut taken_over = 0;
    for (object, path) in before.keys().chain(now.keys()) {
        let key = (object.clone(), path.clone());
        for json in [now.get(&key).map_or("", String::as_str), ""] {
            if before.get(&key).is_some_and(|before| before == json) {
                continue;
            }
            match taken(COMMENTED, object, path, json) {
                Ok(now) => {
                    let [mut old, mut new] = [comments(COMMENTED), comments(&now)];
                    old.sort_unstable();
                    new.sort_unstable();
                    assert_eq!(new, old, "{object} {path} {json}: {now}");
                    taken_over += usize::from(now != COMMENTED);
                }
                Err(reason) => {
                    assert!(!reason.contains("comment") && !reason.contains("KDL"), "{object} {path}: {reason}");
                }
            }
        }
    }
    assert!(taken_over > 60, "{taken_over}");
}
