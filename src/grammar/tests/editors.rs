//! What `editors/` holds of the grammar: its words for colours, and its examples for snippets.

use super::{language, tree};
use crate::grammar::{NodeShape, Position};
use crate::source::Span;
use crate::syntax::{Entry, Node};
use serde_json::{Map, Value, json};
use std::path::Path;

const MADE: &str = "Made from `grammar/*.kdl`: change those, then run the tests with PLAT_BLESS=1.";

/// Holds a file to what it is made from.
fn up_to_date(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors").join(path);
    if std::env::var_os("PLAT_BLESS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == expected, "run the tests with PLAT_BLESS=1");
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn top() -> impl Iterator<Item = &'static NodeShape> {
    language().nodes().filter(|node| node.top)
}

fn names() -> Vec<&'static str> {
    top().map(NodeShape::name).collect()
}

fn annotations() -> Vec<&'static str> {
    language().annotations.iter().map(|annotation| &*annotation.word).collect()
}

#[test]
fn the_colours_of_visual_studio_code_know_the_words() {
    let words = |words: Vec<&str>, name: &str| json!({ "match": format!("(?<![^\\s;{{}}()/])(?:{})$", words.join("|")), "name": name });
    let grammar = json!({
        "$comment": MADE,
        "scopeName": "source.plat.words",
        "patterns": [],
        "repository": {
            "top": words(names(), "keyword.declaration.plat"),
            "annotation": words(annotations(), "storage.modifier.annotation.plat"),
        },
    });
    up_to_date("vscode/syntaxes/words.tmLanguage.json", &pretty(&grammar));
}

#[test]
fn the_queries_for_tree_sitter_know_the_words() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/tree-sitter/queries/highlights.scm");
    let text = std::fs::read_to_string(path).unwrap();
    let begin = format!("; {MADE}\n");
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once("; Up to here.\n").unwrap();
    let any = |words: Vec<&str>| words.iter().map(|word| format!(" \"{word}\"")).collect::<String>();
    let made = format!(
        "((document (node name: (identifier) @keyword))\n  (#any-of? @keyword{}))\n\
         ((type name: (identifier) @attribute)\n  (#any-of? @attribute{}))\n",
        any(names()),
        any(annotations())
    );
    up_to_date("tree-sitter/queries/highlights.scm", &format!("{before}{begin}{made}; Up to here.\n{after}"));
}

#[test]
fn the_snippets_of_visual_studio_code_are_the_examples() {
    let mut snippets = Map::new();
    for shape in top() {
        for example in &shape.examples {
            for (line, body) in of_example(example) {
                // Some begin alike.
                let names = std::iter::once(line.clone()).chain((2..).map(|number| format!("{line} ({number})")));
                let name = names.into_iter().find(|name| !snippets.contains_key(name)).unwrap();
                snippets.insert(name, json!({ "prefix": shape.name(), "description": shape.doc, "body": body }));
            }
        }
    }
    up_to_date("vscode/snippets/plat.json", &pretty(&Value::Object(snippets)));
}

#[test]
fn the_names_of_an_example_are_what_a_snippet_asks_for() {
    let made = of_example("entity service cart {\n    title \"costs $1 }\"\n    relations { uses cart }\n}\nteam a\n");
    let body = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let entity = "entity ${1:service} ${2:cart} {\n    title \"costs \\$1 \\}\"\n    relations { uses cart \\}\n\\}";
    assert_eq!(made, [("entity service cart".to_owned(), body(entity)), ("team a".to_owned(), body("team ${1:a}"))]);
}

/// Each node of an example, as its first line and as a snippet in which one goes from name to name: where a name stands twice, both are changed at once.
fn of_example(example: &str) -> Vec<(String, Vec<String>)> {
    let tree = tree(example);
    let snippet = |node: Node<'_>| {
        let mut holes = Vec::new();
        holes_of(language().at_top(node), node, &mut holes);
        holes.sort_unstable();
        let whole = node.span();
        let (mut body, mut at, mut known) = (String::new(), whole.start, Vec::new());
        for hole in holes {
            let name = &example[hole.range()];
            let number = known.iter().position(|one| *one == name).unwrap_or_else(|| {
                known.push(name);
                known.len() - 1
            });
            body +=
                &format!("{}${{{}:{}}}", plain(&example[at as usize..hole.start as usize]), number + 1, plain(name));
            at = hole.end;
        }
        body += &plain(&example[at as usize..whole.end as usize]);
        let line = example[whole.range()].lines().next().unwrap_or_default().trim_end_matches([' ', '{']);
        (line.to_owned(), body.lines().map(str::to_owned).collect())
    };
    tree.nodes().map(snippet).collect()
}

/// Where names stand on a node and below it: those that are declared, and those of what is declared elsewhere.
fn holes_of(position: Position<'static>, node: Node<'_>, found: &mut Vec<Span>) {
    if let Some(line) = language().line_at(position, node) {
        let arguments = node.entries().filter(|entry: &Entry<'_>| entry.is_argument());
        for (index, entry) in arguments.enumerate() {
            if !line.takes_flags(index)
                && line.argument(index).is_some_and(|one| one.declares().is_some() || one.refers().next().is_some())
            {
                found.push(entry.value_span());
            }
        }
        let named = node.entries().filter(|entry| {
            let property = entry.key().and_then(|key| line.property(key));
            property.is_some_and(|property| property.refers().next().is_some())
        });
        found.extend(named.map(Entry::value_span));
    }
    for child in node.children() {
        holes_of(language().below(position, node, child), child, found);
    }
}

/// A text as a snippet has it.
fn plain(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
