//! Types of values: the words of the line that says one, and the JSON Schema with Port's keywords that a body holds.
//!
//! A line says what a list is and what its items are with the same words, as it does of an object and of the values of its members, whose names
//! are whatever an author likes: JSON Schema keeps them apart.

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

    /// Whether what is in its values can be said by `of=`.
    pub fn is_around(self) -> bool {
        self.format.is_none() && inside_of(self.base).is_some()
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

/// The keywords below which the schema of what is in a value stands: of the items of a list, and of the members of an object.
pub const INSIDE: [&str; 2] = ["items", "additionalProperties"];

/// The one of them that a type has, where it has one.
pub fn inside_of(base: Base) -> Option<&'static str> {
    match base {
        Base::Array => Some(INSIDE[0]),
        Base::Object => Some(INSIDE[1]),
        _ => None,
    }
}

/// Whether a keyword of a line that says what is in the values of a type speaks of these values as a whole.
pub fn is_of_whole(base: Base, keyword: &str) -> bool {
    match fits().get(keyword) {
        Some(Fit::All) => true,
        Some(Fit::List) => base == Base::Array,
        _ => false,
    }
}

/// The JSON Schema that the words of a line say, by the keywords that they stand for; `type` and `of` are words of types. What does
/// not go with its type is left out. Nothing where a word of a type is none.
pub fn schema(mut line: Map) -> Option<Map> {
    let word = |value: Spanned<Value>| Some(Spanned::new(Word::read(value.as_str()?)?, value.span));
    let own = word(line.remove("type")?)?;
    let items = line.remove("of").map(word);
    let base = own.value.base;
    let Some(inside) = inside_of(base).filter(|_| base == Base::Array || items.is_some()) else {
        return Some(described(own, line));
    };
    let (whole, inner): (Vec<Member>, Vec<Member>) =
        line.members.into_iter().partition(|member| is_of_whole(base, &member.name.value));
    let mut schema = described(own, Map { members: whole });
    if let Some(item) = items {
        let item = item?;
        schema.put(inside, Value::Object(described(item, Map { members: inner })), item.span);
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
    let base = line.get("type").and_then(|base| Base::from_word(base.as_str()?));
    let inside = base.and_then(|base| Some((base, inside_of(base)?)));
    // Of an object without such a schema its members say it.
    let items = inside.and_then(|(base, keyword)| {
        let is_one = |items: &Spanned<Value>| base == Base::Array || items.as_object().is_some();
        line.get(keyword).is_some_and(is_one).then(|| Some((base, keyword, line.remove(keyword)?)))?
    });
    if let Some((base, keyword, items)) = items {
        let fails =
            |what: String, step: Option<&str>| (what, [keyword].into_iter().chain(step).map(Into::into).collect());
        if line.get("properties").is_some() {
            return Err(fails("fields beside other members".to_owned(), None));
        }
        let inner = items.as_object().ok_or_else(|| fails(format!("`{keyword}`"), None))?;
        let word = Word::of(inner).ok_or_else(|| fails(format!("the `type` of `{keyword}`"), None))?.to_owned();
        line.put("of", Value::string(word), items.span);
        for member in &inner.members {
            match &*member.name.value {
                "type" | "format" => {}
                step if is_of_whole(base, step) => {
                    return Err(fails(format!("`{step}` of what is in a value"), Some(step)));
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
