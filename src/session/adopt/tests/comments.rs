//! The law of comments: wherever they stand, and whatever others change, none is lost, and none changes its place among the others.

use super::{Values, address, after, applied, edits, loaded, nodes, others, take_over, values};
use crate::model::{Address, Map, Number, Value};
use crate::session::{Planning, plan};
use crate::source::FileId;
use crate::syntax::edit::{comment_lines, write_scalar, write_string};
use crate::syntax::{Scalar, parse};
use proptest::prelude::*;

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
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

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
        prop_assert_eq!(comments(&now), comments(&before), "{}\nbecame\n{}", before, now);
        let planned = plan(&loaded(&now), &mut targets, Planning::default()).unwrap();
        prop_assert!(!planned.has_changes() && planned.conflicts.is_empty(), "{:?} in {}", planned.operations, now);
        let new = nodes(&now);
        for (name, node) in nodes(&before).into_iter().filter(|(name, _)| !name.contains(" e0") && !name.contains(" e1")) {
            prop_assert_eq!(new.get(&name), Some(&node));
        }
    }
}
