//! Types of values: the words of the line that says one, and the JSON Schema with Port's keywords that a body holds.
//!
//! A line says what a list is and what its items are with the same words, as it does of an object and of the values of its members, whose names
//! are whatever an author likes: JSON Schema keeps them apart.

use crate::grammar::{Fit, language};
use crate::model::{Base, Format, INT_OR_STRING, Map, Member, Value};
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
            Fit::Number => matches!(base, Base::Number | Base::Integer | Base::IntOrString),
            Fit::Text => matches!(base, Base::String | Base::IntOrString) && !is_enum,
            Fit::List => base == Base::Array,
            Fit::Object => base == Base::Object,
            Fit::Enum => is_enum,
            Fit::TextOrObject => !is_enum && matches!(base, Base::String | Base::Object),
            Fit::TextOrNumber => {
                !is_enum && format.is_none() && matches!(base, Base::String | Base::Number | Base::Integer)
            }
            Fit::Entity => format == Some(Format::Entity),
            Fit::All => true,
        }
    }

    /// The word of a schema of one value; nothing for a type that JSON has not.
    fn of(schema: &Map) -> Option<&str> {
        let listed = schema.get("enum").is_some_and(|values| values.as_array().is_some());
        if listed {
            return Some("enum");
        }
        let base = Base::of(schema)?;
        let format = schema.get("format").and_then(|format| format.as_str()).filter(|word| {
            Self::read(word)
                .is_some_and(|word| word.format.is_some() && matches!(base, Base::Any) | (base == word.base))
        });
        format.or(Some(base.word()))
    }
}

fn words_of(fit: Fit) -> &'static str {
    match fit {
        Fit::TextOrObject => "strings and objects",
        Fit::TextOrNumber => "strings and numbers without a format of their own",
        Fit::Enum => "the type `enum`",
        Fit::Entity => "the type `entity`",
        other => other.word(),
    }
}

/// The member of a line that says what is in a value.
pub const OF: &str = "of";

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

/// The JSON Schema that the words of a line say, by the keywords that they stand for; `type` and `of` are words of types, and `of` may be a
/// line of its own. What does not go with its type is left out. Nothing where a word of a type is none.
pub fn schema(mut line: Map) -> Option<Map> {
    let word = |value: Spanned<Value>| Some(Spanned::new(Word::read(value.as_str()?)?, value.span));
    let own = word(line.remove("type")?)?;
    let of = line.remove(OF);
    let base = own.value.base;
    let Some(inside) = inside_of(base).filter(|_| base == Base::Array || of.is_some()) else {
        return Some(described(own, line));
    };
    let (items, whole) = match of {
        Some(Spanned { value: Value::Object(items), span }) => (Some((schema(items)?, span)), line),
        of => {
            let (whole, inner): (Vec<Member>, Vec<Member>) =
                line.members.into_iter().partition(|member| is_of_whole(base, &member.name.value));
            let items = match of {
                Some(of) => word(of).map(|item| (described(item, Map { members: inner }), item.span))?.into(),
                None => None,
            };
            (items, Map { members: whole })
        }
    };
    let mut schema = described(own, whole);
    if let Some((items, span)) = items {
        schema.put(inside, Value::Object(items), span);
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
    match base {
        Base::Any => {}
        Base::IntOrString => schema.put(INT_OR_STRING, Value::Bool(true), span),
        _ => schema.put("type", Value::string(base.word()), span),
    }
    if let Some(format) = word.format {
        schema.put("format", Value::string(format.word()), span);
    }
    // What is worked out is of no type yet.
    let goes = |member: &Member| member.value.foreign().is_some() || word.misfit(&member.name.value).is_none();
    schema.members.extend(line.members.into_iter().filter(goes));
    schema
}

/// The words of the line that says a JSON Schema, by the keywords that they stand for: what [`schema`] takes. Where one line cannot say what a
/// value and what is in it is, `nests` tells whether the latter may have a line of its own.
///
/// # Errors
/// What of the schema no line can say, and the way to it.
pub fn words(schema: &Map, nests: bool) -> Result<Map, (String, Vec<Box<str>>)> {
    let mut line = schema.clone();
    let no_word = || ("a value of this type".to_owned(), Vec::new());
    let base = Base::of(schema).ok_or_else(no_word)?;
    // Of an object without such a schema its members say it.
    let inside = inside_of(base)
        .filter(|inside| base == Base::Array || line.get(inside).is_some_and(|inside| inside.as_object().is_some()));
    let items = inside.and_then(|inside| Some((inside, line.remove(inside)?)));
    let Some((inside, items)) = items else {
        let word = Word::of(&line).ok_or_else(no_word)?.to_owned();
        if line.get("format").is_some_and(|format| format.as_str() == Some(&*word)) {
            line.remove("format");
        }
        line.remove(INT_OR_STRING);
        line.put("type", Value::string(word), crate::source::Origin::Nowhere);
        return Ok(line);
    };
    let fails = |what: String, step: Option<&str>| (what, [inside].into_iter().chain(step).map(Into::into).collect());
    let inner = items.as_object().ok_or_else(|| fails(format!("`{inside}`"), None))?;
    let of = match together(&line, inner, base) {
        Ok((word, members)) => {
            line.members.extend(members);
            Value::string(word)
        }
        Err(_) if nests => {
            let within =
                |(what, way): (String, Vec<Box<str>>)| (what, [inside.into()].into_iter().chain(way).collect());
            Value::Object(words(inner, nests).map_err(within)?)
        }
        Err(Some(step)) => return Err(fails(format!("`{step}` of what is in a value"), Some(step))),
        Err(None) => return Err(fails("this of what is in a value".to_owned(), None)),
    };
    line.put(OF, of, items.span);
    Ok(line)
}

/// The word of the type of what is in a value of a type, and the keywords that it has, where these can stand beside those of the value itself.
///
/// # Errors
/// The keyword that would be taken for one of the value itself; nothing where it is the other way round.
fn together<'i>(whole: &Map, inner: &'i Map, base: Base) -> Result<(&'i str, Vec<Member>), Option<&'i str>> {
    let is_plain = |member: &Member| *member.name.value == *"type" || is_of_whole(base, &member.name.value);
    let word = Word::of(inner).filter(|_| whole.members.iter().all(is_plain)).ok_or(None)?;
    let mut members = Vec::new();
    for member in &inner.members {
        match &*member.name.value {
            "type" | INT_OR_STRING => {}
            "format" if member.value.as_str() == Some(word) => {}
            step if is_of_whole(base, step) => return Err(Some(step)),
            step if INSIDE.contains(&step) && (base == Base::Object || member.value.as_object().is_some()) => {
                return Err(Some(step));
            }
            _ => members.push(member.clone()),
        }
    }
    Ok((word, members))
}
