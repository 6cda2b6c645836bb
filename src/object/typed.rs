//! Types of values: the words of the line that says one, and the JSON Schema with Port's keywords that a body holds.
//!
//! A line says what a list is and what its items are with the same words: JSON Schema keeps them apart.

use crate::grammar::{Fit, language};
use crate::model::{Base, Format, Map, Member, Value};
use crate::source::Spanned;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A type as a word of the language says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// JSON's type.
    pub base: Base,
    /// What it stands for.
    format: Option<Format>,
    /// Whether its values are listed.
    pub is_enum: bool,
}

/// The keywords that go with some types only, each with what these are.
fn fits() -> &'static HashMap<&'static str, Fit> {
    static FITS: OnceLock<HashMap<&str, Fit>> = OnceLock::new();
    // Which of the members of an object are required stands beside them.
    FITS.get_or_init(|| language().fits().chain([("required", Fit::Object)]).collect())
}

impl Word {
    /// The type of a word.
    pub fn read(word: &str) -> Option<Self> {
        if word == "enum" {
            return Some(Self { base: Base::String, format: None, is_enum: true });
        }
        if let Some(base) = Base::from_word(word) {
            return Some(Self { base, format: None, is_enum: false });
        }
        let format = Format::from_word(word)?;
        let base = if format == Format::LabeledUrl { Base::Object } else { Base::String };
        Some(Self { base, format: Some(format), is_enum: false })
    }

    /// What a keyword is for, where that is not what this is.
    pub fn misfit(self, keyword: &str) -> Option<&'static str> {
        let fit = *fits().get(keyword)?;
        (!self.meets(fit)).then(|| words_of(fit))
    }

    fn meets(self, fit: Fit) -> bool {
        let Self { base, is_enum, format } = self;
        match fit {
            Fit::Number => matches!(base, Base::Number | Base::Integer),
            Fit::Text => base == Base::String && !is_enum,
            Fit::List => base == Base::Array,
            Fit::Object => base == Base::Object,
            Fit::Enum => is_enum,
            Fit::TextOrObject => !is_enum && matches!(base, Base::String | Base::Object),
            Fit::Entity => format == Some(Format::Entity),
            Fit::All => true,
        }
    }

    /// The word of a schema of one value.
    fn of(schema: &Map) -> Option<&str> {
        let text = |keyword: &str| schema.get(keyword).and_then(|value| value.as_str());
        let listed = schema.get("enum").is_some_and(|values| values.as_array().is_some());
        if listed { Some("enum") } else { text("format").or_else(|| text("type")) }
    }
}

fn words_of(fit: Fit) -> &'static str {
    match fit {
        Fit::TextOrObject => "strings and objects",
        Fit::Enum => "the type `enum`",
        Fit::Entity => "the type `entity`",
        other => other.word(),
    }
}

/// Whether a keyword speaks of a list as a whole.
fn is_of_list(keyword: &str) -> bool {
    matches!(fits().get(keyword), Some(Fit::All | Fit::List))
}

/// The JSON Schema that the words of a line say, by the keywords that they stand for; `type` and `of` are words of types. What does
/// not go with its type is left out. Nothing where a word of a type is none.
pub fn schema(mut line: Map) -> Option<Map> {
    let word = |value: Spanned<Value>| Some(Spanned::new(Word::read(value.as_str()?)?, value.span));
    let own = word(line.remove("type")?)?;
    let items = line.remove("of").map(word);
    if own.value.base != Base::Array {
        return Some(described(own, line));
    }
    let (list, inner): (Vec<Member>, Vec<Member>) =
        line.members.into_iter().partition(|member| is_of_list(&member.name.value));
    let mut schema = described(own, Map { members: list });
    if let Some(item) = items {
        let item = item?;
        schema.put("items", Value::Object(described(item, Map { members: inner })), item.span);
    }
    Some(schema)
}

/// The schema of one value.
fn described(word: Spanned<Word>, line: Map) -> Map {
    let Spanned { value: word, span } = word;
    let listed = line.get("enum").and_then(|values| values.as_array()?.first());
    let numbers = listed.is_some_and(|first| matches!(first.value, Value::Number(_)));
    let base = if word.is_enum && numbers { Base::Number } else { word.base };
    let mut schema = Map::default();
    schema.put("type", Value::string(base.word()), span);
    if let Some(format) = word.format {
        schema.put("format", Value::string(format.word()), span);
    }
    // What is worked out is of no type yet.
    let goes = |member: &Member| member.value.foreign().is_some() || word.misfit(&member.name.value).is_none();
    schema.members.extend(line.members.into_iter().filter(goes));
    schema
}

/// The words of the line that says a JSON Schema, by the keywords that they stand for: what [`schema`] takes.
///
/// # Errors
/// What of the schema no line can say, and the way to it.
pub fn words(schema: &Map) -> Result<Map, (String, Vec<Box<str>>)> {
    let mut line = schema.clone();
    let is_list = line.get("type").is_some_and(|base| base.as_str() == Some("array"));
    let items = if is_list { line.remove("items") } else { None };
    if let Some(items) = items {
        let fails = |what: &str| (what.to_owned(), vec!["items".into()]);
        let inner = items.as_object().ok_or_else(|| fails("`items`"))?;
        let word = Word::of(inner).ok_or_else(|| fails("the `type` of `items`"))?.to_owned();
        line.put("of", Value::string(word), items.span);
        for member in &inner.members {
            match &*member.name.value {
                "type" | "format" => {}
                keyword if is_of_list(keyword) => {
                    return Err((format!("`{keyword}` of the items of a list"), vec!["items".into(), keyword.into()]));
                }
                _ => line.members.push(member.clone()),
            }
        }
    } else {
        let word = Word::of(&line).ok_or_else(|| ("a value without a `type`".to_owned(), Vec::new()))?.to_owned();
        line.remove("format");
        line.put("type", Value::string(word), crate::source::Origin::Nowhere);
    }
    Ok(line)
}
