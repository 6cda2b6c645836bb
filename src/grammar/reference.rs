//! The manual, in Markdown.

use super::elsewhere::{Elsewhere, Neighbour};
use super::language;
use super::placed::{At, Manner};
use super::shape::{AnnotationShape, Body, Form, Grammar, NodeShape, Occurs, Parameter, Slot};
use super::types::Type;
use std::fmt::Write;

/// The manual of the language in Markdown: each node with its line, meaning, arguments, properties and
/// children, where it may stand, examples, and what it is in Port and Kratix; then operators and types.
///
/// The same grammar gives the same bytes.
pub fn reference() -> String {
    let mut manual = Manual { grammar: language(), text: String::new() };
    manual.write();
    manual.text
}

const HEAD: &str = "# The language

<!-- Made from `grammar/*.kdl`: change those, then run the tests with PLAT_BLESS=1. -->

A project is a folder with a `plat.kdl` that holds a `project` node; every `*.kdl` file below it belongs to it. A bare
word and the same word in quotes are one value. Order means something for arguments and children, never for properties.
A `?` marks what may be left out, `...` what may be repeated.
";

struct Manual {
    grammar: &'static Grammar,
    text: String,
}

impl Manual {
    fn write(&mut self) {
        self.text.push_str(HEAD);
        let (top, inner): (Vec<_>, Vec<_>) = self.grammar.nodes().partition(|node| node.top);
        self.line("\n## Contents\n");
        self.contents("At the top of a file", &top);
        self.contents("Within others", &inner);
        self.line("* [Operators](#operators), [types](#types), [annotations](#annotations)");
        self.line("\n## Nodes at the top of a file");
        for node in top {
            self.node(node);
        }
        self.line("\n## Nodes within others");
        for node in inner {
            self.node(node);
        }
        self.operators();
        self.types();
        self.annotations();
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn contents(&mut self, title: &str, nodes: &[&NodeShape]) {
        let links: Vec<String> = nodes.iter().map(|node| link(node)).collect();
        self.line(&format!("* {title}: {}", links.join(" ")));
    }

    fn node(&mut self, node: &NodeShape) {
        let twins = self.grammar.nodes().filter(|other| other.name == node.name).count();
        let parents: Vec<String> = self.grammar.parents(node).map(|parent| format!("`{}`", parent.name)).collect();
        let place = if twins > 1 && !node.top { format!(" in {}", parents.join(", ")) } else { String::new() };
        self.line(&format!("\n<a id=\"node-{}\"></a>\n### `{}`{place}\n", node.id, node.name));
        self.line(&node.doc);
        self.elsewhere_line(&node.elsewhere);
        for (word, form) in node.every_form() {
            self.form(node, word, form);
        }
        self.places(node);
        if !node.examples.is_empty() {
            self.line(&format!("\n```kdl\n{}\n```", node.examples.join("\n")));
        }
    }

    fn elsewhere_line(&mut self, elsewhere: &Elsewhere) {
        let text = elsewhere.told();
        if !text.is_empty() {
            self.line(&format!("\n{text}."));
        }
    }

    fn form(&mut self, node: &NodeShape, word: Option<&str>, form: &Form) {
        self.line(&format!("\n```text\n{}\n```", self.grammar.line(&node.name, word, form)));
        if !form.doc.is_empty() && form.doc != node.doc {
            self.line(&format!("\n{}", form.doc));
            self.elsewhere_line(&form.elsewhere);
        }
        self.values(node, form);
        self.children(form);
    }

    fn values(&mut self, node: &NodeShape, form: &Form) {
        let mut rows = String::new();
        for (index, argument) in form.arguments.iter().enumerate() {
            let rest = form.rest && index + 1 == form.arguments.len();
            let name = format!("{}{}", argument.name.to_uppercase(), if rest { "..." } else { "" });
            self.row(&mut rows, &name, (node, argument));
        }
        for flag in &form.flags {
            let _ = writeln!(
                rows,
                "| `{}` | word | {} |",
                flag.word,
                described(&flag.doc, &flag.elsewhere, keyword(node, flag.at.as_ref()))
            );
        }
        for property in &form.properties {
            self.row(&mut rows, &format!("{}=", property.name), (node, property));
        }
        if let Some(pairs) = &form.pairs {
            let type_name = &self.grammar.value_type(pairs.value_type).name;
            let keys = pairs.key_type.map(|keys| type_link(&self.grammar.value_type(keys).name));
            let keys = keys.map_or_else(String::new, |keys| format!(", keys: {keys}"));
            let _ = writeln!(rows, "| `KEY=VALUE...` | {}{keys} | {} |", type_link(type_name), cell(&pairs.doc));
        }
        if !rows.is_empty() {
            self.text.push_str("\n| on the line | type | meaning |\n|---|---|---|\n");
            self.text.push_str(&rows);
        }
    }

    fn row(&self, rows: &mut String, name: &str, (node, value): (&NodeShape, &Parameter)) {
        let optional = if value.required { "" } else { "?" };
        let value_type = type_link(&self.grammar.value_type(value.value_type).name);
        let kinds: Vec<&str> =
            value.references.iter().map(|kind| &*self.grammar.kinds[kind.0 as usize].title).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(", names a {}", kinds.join(" or a ")) };
        let default = value.default.as_ref().map_or_else(String::new, |default| format!(" Default: `{default}`."));
        let meaning = described(&value.doc, &value.elsewhere, keyword(node, value.at.as_ref()));
        let _ = writeln!(rows, "| `{name}`{optional} | {value_type}{kinds} | {meaning}{default} |");
    }

    fn children(&mut self, form: &Form) {
        let block = &form.block;
        if block.is_empty() {
            return;
        }
        self.line("\nIn its block:\n");
        for occurs in [Occurs::One, Occurs::Some, Occurs::Once, Occurs::Many] {
            let slots: Vec<&Slot> = block.slots.iter().filter(|slot| slot.occurs == occurs).collect();
            if slots.is_empty() {
                continue;
            }
            let links: Vec<String> = slots.iter().map(|slot| link(self.grammar.node(slot.node))).collect();
            let often = match occurs {
                Occurs::One => "exactly once",
                Occurs::Some => "at least once",
                Occurs::Once => "at most once",
                Occurs::Many => "any number of times",
            };
            self.line(&format!("* {often}: {}", links.join(", ")));
        }
        for choice in &block.choices {
            let names: Vec<String> = choice.names.iter().map(|name| format!("`{name}`")).collect();
            match names.as_slice() {
                [name] => self.line(&format!("* {name} stands there as a property or as a child, not both")),
                _ => self.line(&format!("* only one of {}", names.join(", "))),
            }
        }
        if let Some((body, doc)) = &block.body {
            let title = match body {
                Body::Fields => "values by name",
                Body::Json => "JSON-in-KDL",
                Body::Template => "JSON-in-KDL with `$path` and `${path}`",
                Body::Predicate => "[conditions](#operators)",
                Body::Nodes => "nodes",
            };
            self.line(&format!("* {title}: {doc}"));
        }
    }

    fn places(&mut self, node: &NodeShape) {
        let parents: Vec<String> = self.grammar.parents(node).map(link).collect();
        let text = match (node.top, parents.is_empty()) {
            (true, true) => "Stands at the top of a file.".to_owned(),
            (true, false) => format!("Stands at the top of a file, and in {}.", parents.join(", ")),
            (false, _) => format!("Stands in {}.", parents.join(", ")),
        };
        self.line(&format!("\n{text}"));
    }

    fn operators(&mut self) {
        self.line("\n## Operators\n");
        if let Some((_, doc)) = self.grammar.nodes().find_map(|node| predicate(&node.form)) {
            self.line(&format!("A condition is `FIELD OPERATOR OPERAND...`. {doc}\n"));
        }
        self.line("| operator | operands | meaning | Port |\n|---|---|---|---|");
        for operator in &self.grammar.operators {
            let more = if operator.or_more { " or more" } else { "" };
            let port = operator.port.as_ref().map_or_else(|| "beyond Port".to_owned(), |port| format!("`{port}`"));
            let operand = operator.operand.map(|operand| &self.grammar.value_type(operand).name);
            let port = operand.map_or_else(|| port.clone(), |operand| format!("{port} of a [`{operand}`](#types)"));
            self.line(&format!("| `{}` | {}{more} | {} | {port} |", operator.word, operator.fewest, operator.doc));
        }
    }

    fn types(&mut self) {
        self.line("\n## Types\n\n| type | meaning |\n|---|---|");
        let used: Vec<&Type> = self.grammar.types.iter().filter(|value_type| self.is_used(&value_type.name)).collect();
        for value_type in used {
            let words: Vec<String> = value_type.words.iter().map(|word| format!("`{word}`")).collect();
            let shapes = value_type.addresses.iter().map(|shape| format!("`{}`", shape.line()));
            let words: Vec<String> = words.into_iter().chain(shapes).collect();
            let mut words = if words.is_empty() { String::new() } else { format!(" One of {}.", words.join(" ")) };
            for shape in value_type.addresses.iter().filter(|shape| !shape.doc.is_empty()) {
                let _ = write!(words, " {}", cell(&shape.doc));
            }
            for (neighbour, _, port) in Neighbour::ALL {
                let theirs = value_type.elsewhere.of(neighbour);
                if !theirs.is_empty() {
                    let theirs: Vec<String> = theirs.iter().map(|word| format!("`{word}`")).collect();
                    let _ = write!(words, " {port}: {}.", theirs.join(" "));
                }
            }
            let name = &value_type.name;
            self.line(&format!("| <a id=\"type-{name}\"></a>`{name}` | {}{words} |", cell(&value_type.doc)));
        }
    }

    fn annotations(&mut self) {
        self.line("\n## Annotations\n\n| annotation | stands before | meaning |\n|---|---|---|");
        for annotation in &self.grammar.annotations {
            let AnnotationShape { word, doc, before } = annotation;
            self.line(&format!("| `({word})` | a {} | {} |", before.word(), cell(doc)));
        }
    }

    /// Whether a type is one of the language's, and not of the grammar's own.
    fn is_used(&self, name: &str) -> bool {
        let mut operands = self.grammar.operators.iter().filter_map(|operator| operator.operand);
        let mut forms = self.grammar.nodes().flat_map(NodeShape::every_form).map(|(_, form)| form);
        operands.any(|id| *self.grammar.value_type(id).name == *name)
            || forms.any(|form| {
                let values = form.arguments.iter().chain(&form.properties).map(|value| value.value_type);
                let mut ids = values
                    .chain(form.pairs.iter().flat_map(|pairs| pairs.key_type.into_iter().chain([pairs.value_type])));
                ids.any(|id| *self.grammar.value_type(id).name == *name)
            })
    }
}

impl Grammar {
    /// How a node is written: `relation ID TARGET required? many? { ... }`.
    pub(super) fn line(&self, name: &str, word: Option<&str>, form: &Form) -> String {
        let mut line = name.to_owned();
        let mut add = |part: String| {
            line.push(' ');
            line.push_str(&part);
        };
        // A word that tells the form stands before its arguments, or is one of them.
        let is_it = |argument: &Parameter| {
            self.value_type(argument.value_type).words.iter().any(|known| word == Some(&**known))
        };
        let place = form.arguments.iter().position(is_it);
        if let Some(word) = word.filter(|_| place.is_none()) {
            add(word.to_owned());
        }
        for (index, argument) in form.arguments.iter().enumerate() {
            if let Some(word) = word.filter(|_| place == Some(index)) {
                add(word.to_owned());
                continue;
            }
            let part = self.part(argument);
            let rest = form.rest && index + 1 == form.arguments.len();
            add(format!("{part}{}{}", if rest { "..." } else { "" }, optional(argument.required)));
        }
        for flag in &form.flags {
            add(format!("{}?", flag.word));
        }
        for property in &form.properties {
            add(format!("{}={}", property.name, optional(property.required)));
        }
        if form.pairs.is_some() {
            add("KEY=VALUE...".to_owned());
        }
        if !form.block.is_empty() {
            let must = form.block.required != 0 || matches!(form.block.body, Some((Body::Predicate, _)));
            add(format!("{{ ... }}{}", optional(must)));
        }
        line
    }

    /// How an argument is written in the line of its node.
    pub(super) fn part(&self, argument: &Parameter) -> String {
        let words = &self.value_type(argument.value_type).words;
        if words.is_empty() || words.len() > 3 { argument.name.to_uppercase() } else { words.join("|") }
    }
}

fn optional(required: bool) -> &'static str {
    if required { "" } else { "?" }
}

fn predicate(form: &Form) -> Option<(Body, &str)> {
    form.block.body.as_ref().filter(|(body, _)| *body == Body::Predicate).map(|(body, doc)| (*body, &**doc))
}

fn link(node: &NodeShape) -> String {
    format!("[`{}`](#node-{})", node.name, node.id)
}

fn type_link(name: &str) -> String {
    format!("[{name}](#type-{name})")
}

/// The keyword of JSON Schema that a part of a typed line stands for.
fn keyword<'g>(node: &NodeShape, at: Option<&'g At>) -> Option<&'g str> {
    let is_typed = node.at.as_ref().is_some_and(|at| at.manner == Manner::Typed);
    at.filter(|_| is_typed).and_then(|at| at.way.last()).map(|keyword| match &**keyword {
        "of" => "items",
        keyword => keyword,
    })
}

fn described(doc: &str, elsewhere: &Elsewhere, keyword: Option<&str>) -> String {
    let keyword = keyword.map(|keyword| format!("JSON Schema: `{keyword}`"));
    let told: Vec<String> = keyword.into_iter().chain(Some(elsewhere.told()).filter(|told| !told.is_empty())).collect();
    if told.is_empty() { cell(doc) } else { cell(&format!("{doc} {}.", told.join("; "))) }
}

/// Text for a table, where a bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
