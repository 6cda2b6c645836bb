//! Worlds made by hand: short ways to write what the language says.

use crate::model::*;
use crate::source::{Origin, Spanned};

pub(super) fn span() -> Origin {
    Origin::Nowhere
}

pub(super) fn at<T>(value: T) -> Spanned<T> {
    Spanned::new(value, span())
}

pub(super) fn name(text: &str) -> Spanned<Name> {
    at(text.into())
}

pub(super) fn json(text: &str) -> Value {
    parse_json(text.as_bytes()).unwrap()
}

pub(super) fn map(text: &str) -> Map {
    json(text).as_object().unwrap().clone()
}

/// `property NAME BASE default=JSON`.
pub(super) fn property(id: &str, base: Base, default: Option<&str>) -> Property {
    Property {
        name: name(id),
        span: span(),
        schema: Schema::of(&map(&format!(r#"{{"type":"{}"}}"#, base.word()))).unwrap(),
        required: None,
        default: default.map(|text| at(json(text))),
    }
}

pub(super) fn relation(id: &str, target: &str, many: Option<Origin>) -> Relation {
    Relation { name: name(id), span: span(), target: name(target), required: None, many }
}

pub(super) fn blueprint(id: &str, properties: Vec<Property>, relations: Vec<Relation>) -> Blueprint {
    Blueprint { name: name(id), span: span(), properties, relations, worked_out: Vec::new(), backstage: None }
}

pub(super) fn entity(owner: &str, id: &str, properties: &str, relations: &str) -> Entity {
    Entity {
        blueprint: name(owner),
        name: name(id),
        span: span(),
        title: None,
        icon: None,
        teams: Vec::new(),
        properties: map(properties),
        relations: map(relations),
        beyond: Beyond::default(),
        lifecycle: None,
    }
}

pub(super) fn path(text: &str) -> FieldPath {
    FieldPath::of(text)
}

/// `FIELD OPERATOR OPERAND...`, the operands as a JSON list.
pub(super) fn test(field: &str, word: &str, operands: &str) -> Predicate {
    let operands = json(operands).as_array().unwrap().to_vec();
    let operator = at(Operator::from_word(word).unwrap());
    Predicate::Test(PredicateTest { field: at(path(field)), operator, operands, span: span() })
}

/// A scorecard whose levels have these rules; a rule's name is its number in the level.
pub(super) fn scorecard(owner: &str, only_for: Option<Predicate>, levels: Vec<Vec<Predicate>>) -> Scorecard {
    let rule = |(number, predicate): (usize, Predicate)| Rule {
        name: name(&number.to_string()),
        span: span(),
        predicate: Some(predicate),
    };
    let level = |(number, rules): (usize, Vec<Predicate>)| Level {
        name: name(&format!("level-{number}")),
        span: span(),
        rules: rules.into_iter().enumerate().map(rule).collect(),
    };
    Scorecard {
        name: name("card"),
        span: span(),
        blueprint: name(owner),
        only_for,
        levels: levels.into_iter().enumerate().map(level).collect(),
    }
}
