//! How objects in bodies are written: which node says one, and how the parts of a value are called by the words of lines.

use super::table::{Id, Nature, Row, Standing, Table};
use crate::grammar::{At, Form, NodeShape, Part, language};
use crate::model::{Combinator, Kind, Map, Value};

/// How a value of a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As a value: its parts are called by their names.
    Plain,
    /// As a line of the language.
    Line(Id),
    /// As such lines, one below the other.
    Lines(Id),
    /// As a line of a condition: a comparison, or a block of them.
    Condition,
    /// As such lines, one below the other.
    Conditions,
}

/// What a member of an object is to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It has its name in the text.
    Named(Written),
    /// It is one of the words of its line.
    Word,
    /// It stands in the block of its line, and its own name nowhere.
    Open(Written),
}

/// A word of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Word<'v> {
    /// A word of the language.
    Keyword(&'static str),
    /// A value.
    Value(&'v Value),
}

impl Written {
    /// How a field of an object of a kind is written.
    pub fn of(kind: Kind, field: &str) -> Self {
        let (group, name) = field.split_once('.').map_or((field, None), |(group, name)| (group, Some(name)));
        match (Table::get().of(kind, group), name) {
            (Nature::Keyed(id), Some(_)) => Self::Line(id),
            (nature, None) => Self::with(nature),
            (_, Some(_)) => Self::Plain,
        }
    }

    fn with(nature: Nature) -> Self {
        match nature {
            Nature::Object(id) => Self::Line(id),
            Nature::Items(id, _) => Self::Lines(id),
            Nature::Condition => Self::Condition,
            _ => Self::Plain,
        }
    }

    /// What the member of a name is.
    pub fn member(self, name: &str) -> Membership {
        match self {
            Self::Condition => match name {
                "field" | "operator" => Membership::Word,
                "operands" => Membership::Open(Self::Plain),
                _ if Combinator::from_word(name).is_some() => Membership::Open(Self::Conditions),
                _ => Membership::Named(Self::Plain),
            },
            Self::Line(id) => match Table::get().members(id).iter().find(|row| row.name == name) {
                Some(Row { standing: Standing::Word, .. }) => Membership::Word,
                Some(Row { standing: Standing::Open, nature, .. }) => Membership::Open(Self::with(*nature)),
                Some(Row { standing: Standing::Named, nature, .. }) => Membership::Named(Self::with(*nature)),
                None => Membership::Named(Self::Plain),
            },
            Self::Plain | Self::Lines(_) | Self::Conditions => Membership::Named(Self::Plain),
        }
    }

    /// How the items of a list are written that has a line for each.
    pub fn item(self) -> Option<Self> {
        match self {
            Self::Lines(id) => Some(Self::Line(id)),
            Self::Conditions => Some(Self::Condition),
            Self::Plain | Self::Line(_) | Self::Condition => None,
        }
    }

    /// The words that a line begins with; nothing for what is no such line.
    pub fn words(self, item: &Value) -> Option<Vec<Word<'_>>> {
        let item = item.as_object()?;
        match self {
            Self::Line(id) => {
                let shape = match Table::get().shapes(id) {
                    [only] => only,
                    several => said_by(several.iter().copied(), item)?,
                };
                let words = head(shape, item)?.into_iter().map(Word::Value);
                Some(std::iter::once(Word::Keyword(shape.name())).chain(words).collect())
            }
            Self::Condition => match combined(item) {
                Some((word, _)) => Some(vec![Word::Keyword(word)]),
                None => {
                    let word = |name: &str| Some(Word::Value(&item.get(name)?.value));
                    Some(vec![word("field")?, word("operator")?])
                }
            },
            Self::Plain | Self::Lines(_) | Self::Conditions => None,
        }
    }
}

/// The word of a combined condition, and what it combines.
pub fn combined(condition: &Map) -> Option<(&'static str, &Value)> {
    Combinator::ALL.into_iter().find_map(|(_, word)| Some((word, &condition.get(word)?.value)))
}

/// The nodes of a block in which each line is one object of a list.
pub fn shapes(form: &Form) -> impl Iterator<Item = &NodeShape> {
    form.written(0).filter_map(|part| match part {
        Part::Child(slot) => {
            let (shape, at) = language().child(slot);
            at.is_none().then_some(shape)
        }
        _ => None,
    })
}

/// The node that says an object: the one that has a place for each of its members, and misses none.
pub fn said_by<'g>(shapes: impl IntoIterator<Item = &'g NodeShape>, object: &Map) -> Option<&'g NodeShape> {
    let knows_all = |shape: &NodeShape| object.members.iter().all(|member| knows(shape, &member.name.value));
    shapes.into_iter().find(|shape| knows_all(shape) && is_whole(shape, object))
}

/// Whether something that can be written at a node stands at a member of the object that the node says.
pub fn knows(shape: &NodeShape, name: &str) -> bool {
    shape_knows(shape, name, &mut Vec::new())
}

/// Of each node that is asked once: one may stand in itself, as conditions do.
fn shape_knows<'g>(shape: &'g NodeShape, name: &str, asked: &mut Vec<&'g str>) -> bool {
    if asked.contains(&shape.id()) {
        return false;
    }
    asked.push(shape.id());
    shape.at.as_ref().and_then(|at| at.word.as_deref()) == Some(name)
        || shape.all_forms().any(|(_, form)| form_knows(form, name, asked))
}

fn form_knows<'g>(form: &'g Form, name: &str, asked: &mut Vec<&'g str>) -> bool {
    let is_at = |at: &At| !at.from_object && at.way.first().is_some_and(|step| **step == *name);
    form.block_at.as_ref().is_some_and(is_at)
        || form.body_at().is_some_and(is_at)
        || form.written(0).any(|part| match part {
            Part::Argument(_, parameter) | Part::Rest(_, parameter) | Part::Property(parameter) => {
                parameter.at.as_ref().is_some_and(is_at)
            }
            Part::Flag(_, flag) => flag.at.as_ref().is_some_and(is_at),
            Part::Pairs(pairs) => pairs.at.as_ref().is_some_and(is_at),
            Part::Child(slot) => match language().child(slot) {
                (_, Some(at)) => is_at(at) || at.implies(name),
                (_, None) if form.block_at.as_ref().is_some() => false,
                (shape, None) => shape_knows(shape, name, asked),
            },
        })
}

/// Whether the body of an object of a kind can have a member: of one of several forms, in the form that it is.
pub fn can_have(kind: Kind, body: &Map, name: &str) -> bool {
    let Some(shape) = language().object(kind.word()) else { return false };
    let Some(word) = told(shape, body) else { return true };
    let at = shape.telling().and_then(|telling| telling.at.as_ref());
    let is_nothing =
        at.is_some_and(|at| at.unless.as_deref() == Some(word) && at.way.first().is_some_and(|way| **way == *name));
    !is_nothing && shape.form_of_word(Some(word)).is_some_and(|(form, _)| form_knows(form, name, &mut Vec::new()))
}

/// Whether an object has all that its node cannot be without.
fn is_whole(shape: &NodeShape, object: &Map) -> bool {
    let is_there = |at: Option<&At>| at.is_none_or(|at| value_at(object, at).is_some());
    shape.plain().is_some_and(|form| {
        is_there(form.block_at.as_ref())
            && form.written(0).all(|part| match part {
                Part::Argument(_, parameter) | Part::Property(parameter) => {
                    !parameter.required || is_there(parameter.at.as_ref())
                }
                Part::Pairs(pairs) => is_there(pairs.at.as_ref()),
                _ => true,
            })
    })
}

/// The values of the words that an object's line begins with, behind the name of its node; nothing where one is missing.
pub fn head<'v>(shape: &NodeShape, object: &'v Map) -> Option<Vec<&'v Value>> {
    let mut words = Vec::new();
    for part in shape.plain().into_iter().flat_map(|form| form.written(0)) {
        let (parameter, is_rest) = match part {
            Part::Argument(_, parameter) => (parameter, false),
            Part::Rest(_, parameter) => (parameter, true),
            _ => continue,
        };
        match parameter.at.as_ref().and_then(|at| value_at(object, at)) {
            Some(Value::Array(items)) if is_rest => words.extend(items.iter().map(|item| &item.value)),
            Some(value) => words.push(value),
            None if parameter.required => return None,
            None => {}
        }
    }
    Some(words)
}

/// The word of the form of the node that an object is, where an argument of the node tells it.
pub fn told<'v>(shape: &'v NodeShape, object: &'v Map) -> Option<&'v str> {
    let at = shape.telling()?.at.as_ref()?;
    value_at(object, at).map_or(at.unless.as_deref(), Value::as_str)
}

/// The value at a place that starts at an object.
pub fn value_at<'v>(object: &'v Map, at: &At) -> Option<&'v Value> {
    let (last, way) = at.way.split_last()?;
    let map = way.iter().try_fold(object, |map, step| map.get(step)?.as_object())?;
    let value = &map.get(last)?.value;
    (at.unless.is_none() || at.unless.as_deref() != value.as_str()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    #[track_caller]
    fn called(written: Written, item: &str, words: &str) {
        let item = parse_json(item.as_bytes()).unwrap();
        let text = |word: &Word<'_>| match word {
            Word::Keyword(word) => (*word).to_owned(),
            Word::Value(value) => value.as_str().unwrap_or("?").to_owned(),
        };
        let found = written.words(&item).map(|words| words.iter().map(text).collect::<Vec<_>>().join(" "));
        assert_eq!(found.as_deref().unwrap_or("nothing"), words);
    }

    fn open(written: Written, name: &str) -> Written {
        match written.member(name) {
            Membership::Open(inner) => inner.item().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_item_is_called_by_what_its_line_begins_with() {
        let step = Written::of(Kind::Promise, "workflow").item().unwrap();
        called(step, r#"{"table":"t","by":"$spec.size","rows":[]}"#, "table t");
        called(step, r#"{"match":"$spec.size","cases":[]}"#, "match $spec.size");
        called(step, r#"{"each":"h","in":"$spec.hosts","steps":[]}"#, "each h");
        let resource = r#"{"apiVersion":"v1","kind":"ConfigMap","name":"$name","file":"a.yaml","body":{}}"#;
        called(step, resource, "resource v1 ConfigMap $name");
        called(step, r#"{"files":"base/**"}"#, "files base/**");
        called(step, r#"{"status":{"a":"b"}}"#, "status");
        called(step, r#"{"magic":1}"#, "nothing");
        called(step, "1", "nothing");
        let row = Written::with(Table::get().nature(id(step), "rows")).item().unwrap();
        called(row, r#"{"is":"large","columns":{}}"#, "row large");
        let case = Written::with(Table::get().nature(id(step), "cases")).item().unwrap();
        called(case, r#"{"is":["a","b"],"steps":[]}"#, "case a b");
        assert_eq!(open(case, "steps"), step);
        let level = Written::of(Kind::Scorecard, "levels").item().unwrap();
        called(level, r#"{"title":"Gold","color":"gold"}"#, "level Gold");
        let condition = open(Written::of(Kind::Scorecard, "filter"), "any");
        called(condition, r#"{"field":"system.tier","operator":"is","operands":["a"]}"#, "system.tier is");
        called(condition, r#"{"any":[]}"#, "any");
    }

    #[test]
    fn what_no_node_knows_is_looked_for_to_an_end() {
        assert!(language().nodes().all(|node| !knows(node, "nothing of this name")));
    }

    fn id(written: Written) -> Id {
        match written {
            Written::Line(id) => id,
            other => panic!("{other:?}"),
        }
    }
}
