//! The grammar against itself, the model, and the folder that it is embedded from.

mod addresses;
mod conditions;
mod editors;
mod names;
mod pages;
mod shapes;

use super::{FILES, Grammar, Neighbour, load, reference, trees};
use crate::diag::{Diagnostics, code};
use crate::model::{
    ActionOperation, Adoption, AuthMethod, CatalogType, Deletion, Entity, Format, Kind, Layout, OnDrift, Operator,
    PolicySeverity, PolicySubject, Request, Spec, StoreType,
};
use crate::plan::Action;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{Tree, parse};
use std::collections::BTreeSet;
use std::path::Path;

fn language() -> &'static Grammar {
    super::language()
}

fn tree(text: &str) -> Tree {
    let (tree, diagnostics) = parse(FileId(0), &text.into());
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    tree
}

/// All that is said of a file that was parsed.
fn told_of(mut tree: Tree, syntax: Diagnostics, habits: Diagnostics) -> Diagnostics {
    let understood = language().understand(&mut tree, syntax, habits);
    let mut told = understood.meant;
    told.append(understood.diagnostics);
    told
}

/// The diagnostics of a file's shape, a line each: code, what is marked, message.
fn shape(text: &str) -> Vec<String> {
    brief(&[text], &language().validate(&tree(text)))
}

/// The diagnostics of the names of some files.
fn names(texts: &[&str]) -> Vec<String> {
    let mut sources = Sources::default();
    let mut index = super::Index::default();
    for (number, text) in texts.iter().enumerate() {
        let id = sources.add(SourceFile::new(format!("{number}.kdl"), text.as_bytes().to_vec()));
        index.merge(language().index(&parse(id, &sources.file(id).text).0));
    }
    brief(texts, &index.check(&sources))
}

fn brief(texts: &[&str], diagnostics: &Diagnostics) -> Vec<String> {
    let line = |item: &crate::diag::Diagnostic| {
        let marked = &texts[item.primary.span().file.0 as usize][item.primary.span().range()];
        format!("{} [{marked}] {}", item.code, item.message)
    };
    diagnostics.iter().map(line).collect()
}

/// The text after the first fix of the only diagnostic.
fn fixed(text: &str, diagnostics: &Diagnostics) -> String {
    let mut text = text.to_owned();
    let fix = diagnostics.iter().next().and_then(|item| item.fixes.first());
    let mut edits: Vec<_> = fix.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar");
    let found: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let embedded: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, embedded);
}

#[test]
fn the_grammar_is_what_the_grammar_of_grammars_says() {
    let mut sources = Sources::default();
    let mut index = super::Index::default();
    for (name, text) in FILES {
        let id = sources.add(SourceFile::new(name, text.as_bytes().to_vec()));
        let (tree, mut diagnostics) = parse(id, &text.into());
        diagnostics.append(language().validate_file("grammar", &tree));
        assert!(diagnostics.is_empty(), "{name}: {:#?}", brief(&FILES.map(|file| file.1), &diagnostics));
        index.merge(language().index_file("grammar", &tree));
    }
    assert_eq!(brief(&FILES.map(|file| file.1), &index.check(&sources)), [""; 0]);
}

#[test]
fn the_grammar_loads_without_a_problem() {
    assert_eq!(load::load(&trees()).1, Vec::<String>::new());
}

#[test]
fn a_broken_grammar_is_reported_and_safe_to_use() {
    let text = "file project { many x y; include a }\ngroup a { include a }\nnode x { arg a nothing; one-of z }\n\
                kind k { inside q }\nnode x\noperator o\ntype t w";
    let (grammar, problems) = load::load(&[tree(text)]);
    assert!(problems.len() >= 8, "{problems:#?}");
    grammar.validate(&tree("x 1\ny 2"));
}

#[test]
fn no_node_type_value_or_operator_is_undocumented() {
    for node in language().nodes() {
        assert!(node.doc.ends_with(['.', ')']), "{} has no sentence", node.id);
        assert!(!node.examples.is_empty(), "{} has no example", node.id);
        for (_, form) in node.every_form() {
            let values = form.arguments.iter().chain(&form.properties);
            assert!(values.clone().all(|value| !value.doc.is_empty()), "{}", node.id);
            assert!(form.flags.iter().all(|flag| !flag.doc.is_empty()), "{}", node.id);
        }
    }
    assert!(language().types.iter().all(|value_type| !value_type.doc.is_empty()));
    assert!(language().operators.iter().all(|operator| !operator.doc.is_empty()));
}

#[test]
fn every_example_is_valid_and_shows_its_node() {
    for node in &language().nodes {
        for example in &node.examples {
            let tree = tree(example);
            assert!(tree.nodes().next().is_some(), "{}", node.id);
            for shown in tree.nodes() {
                assert_eq!(shown.name(), &*node.name, "{}", node.id);
                let problems = language().validate_node(node, &tree, shown);
                assert!(problems.is_empty(), "{}: {:#?}", node.id, brief(&[example], &problems));
            }
        }
    }
}

#[test]
fn examples_name_modules_that_there_are_and_operators_that_go_with_their_fields() {
    let examples = |name: &'static str| {
        language().nodes().filter(move |node| node.name() == name).flat_map(|node| node.examples.iter())
    };
    let conditions = ["all", "any", "none"].into_iter().flat_map(examples);
    let rules = conditions.map(|example| format!("scorecard s for=t {{ level L {{ rule r {{\n{example}\n}} }} }}"));
    for text in examples("use").map(ToString::to_string).chain(rules) {
        let module = ("../modules/postgresql/plat.module.kdl", "module postgresql".to_owned());
        let files = [("plat.kdl", "project p\nblueprint t".to_owned()), ("a.kdl", text.clone()), module];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let found = crate::session::check_text(&files).unwrap();
        let false_ones = found.iter().filter(|one| [code::UNKNOWN_MODULE, code::OPERATOR_MISFIT].contains(&one.code));
        assert_eq!(false_ones.map(|one| one.message.as_str()).collect::<Vec<_>>(), [""; 0], "{text}");
    }
}

#[test]
fn each_node_is_somewhere_in_a_project_or_in_a_grammar() {
    let of_grammars = trees()[0].nodes().filter(|node| node.name() == "node").count();
    assert_eq!(language().nodes().count(), language().nodes.len() - of_grammars);
}

#[test]
fn operators_are_those_of_the_model() {
    let grammar: Vec<&str> = language().operators.iter().map(|operator| &*operator.word).collect();
    assert_eq!(grammar, Operator::ALL.map(|row| row.1));
}

#[test]
fn words_of_types_are_those_of_the_model() {
    let words = |name: &str| -> Vec<String> {
        let value_type = language().types.iter().find(|value_type| *value_type.name == *name).unwrap();
        value_type.words.iter().map(ToString::to_string).collect()
    };
    let bases = ["string", "number", "integer", "boolean", "object", "array", "enum"];
    let formats = Format::ALL.iter().map(|(_, word)| *word);
    assert_eq!(words("input-type"), bases.into_iter().chain(formats).collect::<Vec<_>>());
    let operations =
        [ActionOperation::Create, ActionOperation::Update, ActionOperation::Delete].map(ActionOperation::word);
    assert_eq!(words("operation"), operations);
    assert_eq!(words("layout"), Layout::ALL.map(|row| row.1));
    assert_eq!(words("auth-method"), [AuthMethod::Basic, AuthMethod::Ssh].map(AuthMethod::word));
    assert_eq!(words("store-type"), StoreType::ALL.map(|row| row.1));
    assert_eq!(words("catalog-type"), CatalogType::ALL.map(|row| row.1));
    assert_eq!(words("database-auth-method"), [AuthMethod::Basic.word()]);
    assert_eq!(words("value-spec"), [Spec::OpenApi, Spec::AsyncApi, Spec::EmbeddedUrl].map(Spec::word));
    assert_eq!(words("adoption"), Adoption::ALL.map(|row| row.1));
    assert_eq!(words("drift-choice"), OnDrift::ALL.map(|row| row.1));
    assert_eq!(words("deletion-choice"), Deletion::ALL.map(|row| row.1));
    let backend = language().nodes().find(|node| node.name() == "backend").unwrap();
    let kinds: Vec<&str> = backend.forms.iter().map(|(word, _)| &**word).collect();
    assert_eq!(kinds, crate::model::BackendKind::ALL.map(|row| row.1));
}

#[test]
fn every_node_of_the_language_is_described() {
    let top = "project use team user blueprint entity scorecard action promise promise-release request state-store destination test \
               policy kinds defaults moved renamed removed adopt extern automation page param let template new each environment overlay module locked";
    let inner = "of meets-all meets-any meets-one meets-none keys validations example member-patterns short-names categories columns selectable-fields subresources title description icon id plat guards catalog schema member property relation lifecycle protect on-drift deletion ignore values value pattern \
                 default field properties relations only-for level rule all any none input backend send payload header report-status \
                 api schedule dependencies workflow table row match case else each resource files content status url branch path auth store \
                 endpoint bucket version requires source labels layout strict-labels encrypted drain type parent after blueprint locked widgets only-port only-kratix only-backstage backstage place takes mirror calculation jq items colors aggregation query path-filter ownership published base on condition buttons approval approval-notification anyone-sees-runs changelog global-search protected show-in-sidebar section query-params page-filters depends-on dataset sort encryption heading step shown requires available login team-inheritance when require before given expect team spec let if ... param commit digest tag vendored metadata where";
    let names = |top: bool| -> BTreeSet<&str> {
        language().nodes().filter(|node| node.top == top).map(super::NodeShape::name).collect()
    };
    assert_eq!(names(true), top.split_whitespace().collect());
    assert_eq!(names(false), inner.split_whitespace().collect());
}

#[test]
fn words_in_open_bodies_are_those_of_the_model() {
    for (name, expected) in [("entity", Entity::WORDS), ("request", Request::WORDS)] {
        let node = language().nodes().find(|node| node.name() == name).unwrap();
        let mut slots: Vec<&str> = node.form.block.slots.iter().map(|slot| &*slot.name).collect();
        slots.sort_unstable();
        assert_eq!(slots, expected, "{name}");
        let given = language().nodes().find(|node| node.name() == "given").unwrap();
        let form = if name == "entity" { &given.forms[0].1 } else { given.otherwise.as_ref().unwrap() };
        assert_eq!(form.block.slots.len(), expected.len());
    }
}

#[test]
fn policies_are_about_what_the_model_and_the_plan_have() {
    let words = |name: &str| -> Vec<&str> {
        let found = language().types.iter().find(|one| *one.name == *name).unwrap();
        found.words.iter().map(|word| &**word).collect()
    };
    let kinds = Kind::ALL.map(|row| row.1);
    let mut subjects = words("policy-subject");
    assert!(subjects.iter().all(|word| PolicySubject::from_word(word).is_some_and(|subject| subject.word() == *word)));
    subjects.sort_unstable();
    let mut known: Vec<&str> = kinds.into_iter().chain(["file", "manifest", "plan"]).collect();
    known.sort_unstable();
    assert_eq!(subjects, known);
    let changes = Action::ALL.into_iter().filter(|row| row.0.is_change()).map(|row| row.1);
    assert_eq!(words("policy-action"), changes.collect::<Vec<_>>());
    assert!(words("policy-severity").iter().all(|word| PolicySeverity::from_word(word).is_some()));
}

#[test]
fn every_object_may_have_a_lifecycle() {
    let lifecycle = language().nodes().find(|node| node.name() == "lifecycle").unwrap();
    let parents: BTreeSet<&str> = language().parents(lifecycle).map(super::NodeShape::name).collect();
    for (_, word) in Kind::ALL {
        assert!(parents.contains(word), "{word}");
    }
}

#[test]
fn types_have_as_many_words_of_a_neighbour_as_of_their_own_or_none() {
    for value_type in &language().types {
        for theirs in Neighbour::ALL.map(|(neighbour, ..)| value_type.elsewhere.of(neighbour)) {
            assert!(theirs.is_empty() || theirs.len() == value_type.words.len(), "{}", value_type.name);
        }
    }
}

#[test]
fn the_manual_is_that_of_this_grammar() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/language.md");
    let manual = reference();
    if std::env::var_os("PLAT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &manual).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == manual, "run the tests with PLAT_BLESS=1");
}

#[test]
fn the_manual_links_only_to_what_it_holds() {
    let manual = reference();
    for link in manual.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        let is_there = manual.contains(&format!("<a id=\"{link}\"></a>"))
            || manual.lines().any(|line| line.starts_with('#') && line.to_lowercase().ends_with(&format!("# {link}")));
        assert!(is_there, "{link}");
    }
}
