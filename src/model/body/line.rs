//! How the items of the lists in bodies are called: by the words of the line that each is written on.

use crate::model::{Kind, Value};

/// A line of the language that is an item of a list in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// `table`, `match`, `each`, `resource`, `files`, `status`: a step of a workflow.
    Step,
    /// `row`.
    Row,
    /// `case`.
    Case,
    /// A condition, or a block of them.
    Condition,
    /// `level`.
    Level,
}

/// How a value of a body is written, as far as its parts are called by the words of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a value: its parts are called by their names.
    Plain,
    /// As a rule: members, and a block of conditions.
    Rule,
    /// As a line.
    Line(Line),
    /// As lines, one below the other.
    Lines(Line),
}

/// What a member of an object is to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It has its name in the text.
    Named(Form),
    /// It is one of the words of its line.
    Word,
    /// It stands in the block of its line, and its own name nowhere.
    Open(Form),
}

/// A word of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Word<'v> {
    /// A word of the language.
    Keyword(&'static str),
    /// A value.
    Value(&'v Value),
    /// A value behind its name.
    Property(&'static str, &'v Value),
}

impl Form {
    /// The form of a field of an object of a kind.
    pub fn of(kind: Kind, field: &str) -> Self {
        match (kind, field) {
            (Kind::Promise, "workflow") => Self::Lines(Line::Step),
            (Kind::Scorecard, "levels") => Self::Lines(Line::Level),
            (Kind::Scorecard, "filter") => Self::Line(Line::Condition),
            (Kind::Scorecard, rule) if rule.starts_with("rules.") => Self::Rule,
            _ => Self::Plain,
        }
    }

    /// What the member of a name is.
    pub fn member(self, name: &str) -> Membership {
        match self {
            Self::Rule if name == "query" => Membership::Open(Self::Line(Line::Condition)),
            Self::Line(line) => line.member(name),
            Self::Plain | Self::Rule | Self::Lines(_) => Membership::Named(Self::Plain),
        }
    }
}

impl Line {
    fn member(self, name: &str) -> Membership {
        match (self, name) {
            (Self::Step, "table" | "match" | "each" | "kind" | "name" | "file" | "files")
            | (Self::Row | Self::Case, "is")
            | (Self::Condition, "field" | "operator")
            | (Self::Level, "title") => Membership::Word,
            (Self::Step, "rows") => Membership::Open(Form::Lines(Self::Row)),
            (Self::Step, "cases") => Membership::Open(Form::Lines(Self::Case)),
            (Self::Step | Self::Case, "steps") => Membership::Open(Form::Lines(Self::Step)),
            (Self::Step, "else") => Membership::Named(Form::Lines(Self::Step)),
            (Self::Step, "body" | "status") | (Self::Row, "columns") | (Self::Condition, "operands") => {
                Membership::Open(Form::Plain)
            }
            (Self::Condition, "all" | "any" | "none") => Membership::Open(Form::Lines(Self::Condition)),
            _ => Membership::Named(Form::Plain),
        }
    }

    /// Whether a member is one of the words.
    pub fn is_word(self, name: &str) -> bool {
        self.member(name) == Membership::Word
    }

    /// The words that an item is called by; nothing for one that is no such line.
    pub fn words(self, item: &Value) -> Option<Vec<Word<'_>>> {
        let item = item.as_object()?;
        let value = |name: &str| item.get(name).map(|value| &value.value);
        let led = |keyword: &'static str, name: &str| Some(vec![Word::Keyword(keyword), Word::Value(value(name)?)]);
        match self {
            Self::Step => {
                let led_by = ["table", "match", "each", "files"].into_iter().find(|word| value(word).is_some());
                if let Some(keyword) = led_by {
                    return led(keyword, keyword);
                }
                if value("status").is_some() {
                    return Some(vec![Word::Keyword("status")]);
                }
                let named = [Word::Value(value("kind")?), Word::Value(value("name")?)];
                let file = value("file").map(|file| Word::Property("file", file));
                Some([Word::Keyword("resource")].into_iter().chain(named).chain(file).collect())
            }
            Self::Row => led("row", "is"),
            Self::Case => {
                let values = value("is")?.as_array()?.iter().map(|value| Word::Value(value));
                Some([Word::Keyword("case")].into_iter().chain(values).collect())
            }
            Self::Condition => match ["all", "any", "none"].into_iter().find(|word| value(word).is_some()) {
                Some(block) => Some(vec![Word::Keyword(block)]),
                None => Some(vec![Word::Value(value("field")?), Word::Value(value("operator")?)]),
            },
            Self::Level => led("level", "title"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    #[track_caller]
    fn called(line: Line, item: &str, words: &str) {
        let item = parse_json(item.as_bytes()).unwrap();
        let text = |word: &Word<'_>| match word {
            Word::Keyword(word) => (*word).to_owned(),
            Word::Value(value) => value.as_str().unwrap_or("?").to_owned(),
            Word::Property(name, value) => format!("{name}={}", value.as_str().unwrap_or("?")),
        };
        let found = line.words(&item).map(|words| words.iter().map(text).collect::<Vec<_>>().join(" "));
        assert_eq!(found.as_deref().unwrap_or("nothing"), words);
    }

    #[test]
    fn a_step_is_called_by_what_its_line_begins_with() {
        called(Line::Step, r#"{"table":"t","by":"$spec.size","rows":[]}"#, "table t");
        called(Line::Step, r#"{"match":"$spec.size","cases":[]}"#, "match $spec.size");
        called(Line::Step, r#"{"each":"h","in":"$spec.hosts","steps":[]}"#, "each h");
        let resource = r#"{"apiVersion":"v1","kind":"ConfigMap","name":"$name","body":{}}"#;
        called(Line::Step, resource, "resource ConfigMap $name");
        called(Line::Step, r#"{"kind":"ConfigMap","name":"a","file":"a.yaml"}"#, "resource ConfigMap a file=a.yaml");
        called(Line::Step, r#"{"files":"base/**"}"#, "files base/**");
        called(Line::Step, r#"{"status":{"a":"b"}}"#, "status");
        called(Line::Step, r#"{"magic":1}"#, "nothing");
        called(Line::Step, "1", "nothing");
    }

    #[test]
    fn rows_cases_conditions_and_levels_are_called_by_theirs() {
        called(Line::Row, r#"{"is":"large","columns":{}}"#, "row large");
        called(Line::Case, r#"{"is":["a","b"],"steps":[]}"#, "case a b");
        called(Line::Condition, r#"{"field":"system.tier","operator":"is","operands":["a"]}"#, "system.tier is");
        called(Line::Condition, r#"{"any":[]}"#, "any");
        called(Line::Level, r#"{"title":"Gold","color":"gold"}"#, "level Gold");
    }
}
