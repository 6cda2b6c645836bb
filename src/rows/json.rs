//! JSON (RFC 8259) with the place of each value: a list of objects, or an object on each line.

use super::{Broken, Columns, DEEPEST, MARK, Row, Take};
use crate::model::{Map, Member, Name, Number, Value, inexact};
use crate::source::{FileId, Origin, Span, Spanned};
use ahash::AHashSet as HashSet;
use memchr::memchr2;
use std::borrow::Cow;

/// Calls for each object of a list.
pub(super) fn list((file, text): (FileId, &str), columns: &mut Columns, take: Take<'_>) -> Result<(), Broken> {
    let mut reader = Reader::new(file, text, 0..text.len());
    reader.space();
    if reader.peek() != Some(b'[') {
        let help = "write a list: `[{\"id\": \"checkout\"}]`; where an object stands on each line, say `format=ndjson`";
        return Err(reader.unexpected("a list of rows").with(help));
    }
    let mut row = Row::at(Span::start_of(file));
    reader.items(b']', |reader, _| {
        reader.row(&mut row, columns)?;
        take(columns, Ok(&mut row));
        Ok(())
    })?;
    reader.end()
}

/// Calls for the object of each line.
pub(super) fn lines((file, text): (FileId, &str), columns: &mut Columns, take: Take<'_>) {
    let mut row = Row::at(Span::start_of(file));
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |length| start + length);
        let mut reader = Reader::new(file, text, start..end);
        start = end + 1;
        reader.space();
        if reader.peek().is_none() {
            continue;
        }
        match reader.row(&mut row, columns).and_then(|()| reader.end()) {
            Ok(()) => take(columns, Ok(&mut row)),
            Err(broken) => take(columns, Err(broken)),
        }
    }
}

/// The value of a text that is JSON as a whole, each part of it at its place.
///
/// # Errors
/// Where it is none.
pub fn document((file, text): (FileId, &str)) -> Result<Spanned<Value>, Broken> {
    let mut reader = Reader::new(file, text, 0..text.len());
    reader.space();
    let value = reader.value(0)?;
    reader.end()?;
    Ok(value)
}

/// The value of a text that is JSON as a whole, every part of it at one place.
pub fn value_of(text: &str, place: Origin) -> Option<Value> {
    let value = document((FileId(0), text)).ok()?;
    Some(placed(value.value, place).value)
}

/// A value all of whose parts stand at one place.
pub fn placed(value: Value, place: Origin) -> Spanned<Value> {
    let inner = match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| placed(item.value, place)).collect()),
        Value::Object(map) => {
            let member = |one: Member| Member {
                name: Spanned::new(one.name.value, place),
                value: placed(one.value.value, place),
            };
            Value::Object(Map { members: map.members.into_iter().map(member).collect() })
        }
        other => other,
    };
    Spanned::new(inner, place)
}

/// The number that a text is in JSON, where it stays what it is.
pub fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let begins_well = digits.starts_with(|first: char| first.is_ascii_digit());
    let has_lead = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    let ends_well =
        digits.ends_with(|last: char| last.is_ascii_digit()) && !digits.contains(".e") && !digits.contains(".E");
    let is_known = digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if !begins_well || has_lead || !ends_well || !is_known {
        return None;
    }
    if let Ok(whole) = text.parse() {
        return Some(Number::Integer(whole));
    }
    Number::from_float(text.parse().ok()?).filter(|_| inexact(text.as_bytes()).next().is_none())
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Reader<'t> {
    fn new(file: FileId, text: &'t str, range: std::ops::Range<usize>) -> Self {
        let at = if range.start == 0 && text.starts_with(MARK) { MARK.len() } else { range.start };
        Self { file, text, at, end: range.end }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a byte, and the space behind it.
    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        if is_there {
            self.at += 1;
            self.space();
        }
        is_there
    }

    fn place(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    fn unexpected(&self, wanted: &str) -> Broken {
        let rest = &self.text[self.at..self.end];
        let length = rest.chars().next().map_or(0, char::len_utf8);
        let found = match rest.chars().next() {
            Some(found) => format!("{found:?} stands here"),
            None => "the text ends here".to_owned(),
        };
        Broken::new(self.place(self.at, self.at + length), format!("not JSON: {found}, and {wanted} is needed"))
    }

    /// That nothing stands behind what was read.
    fn end(&mut self) -> Result<(), Broken> {
        self.space();
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected("nothing more")) }
    }

    /// What stands between two brackets, with commas between; the reader stands at the first one.
    fn items(&mut self, close: u8, mut one: impl FnMut(&mut Self, usize) -> Result<(), Broken>) -> Result<(), Broken> {
        self.at += 1;
        self.space();
        if self.takes(close) {
            return Ok(());
        }
        for number in 0.. {
            one(self, number)?;
            self.space();
            if self.takes(close) {
                return Ok(());
            }
            if !self.takes(b',') {
                return Err(self.unexpected(&format!("`,` or `{}`", char::from(close))));
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &mut Row, columns: &mut Columns) -> Result<(), Broken> {
        let start = self.at;
        row.clear();
        if self.peek() != Some(b'{') {
            let broken = self.value(0).map(|value| Broken::no_row(value.span.shown()));
            return Err(broken.unwrap_or_else(|broken| broken));
        }
        let mut met = Met::default();
        self.items(b'}', |reader, guess| {
            let (name, place) = reader.name()?;
            let number = columns.number_near(guess, &name, place.into())?;
            if !met.is_new(number) {
                return Err(twice(&name, place));
            }
            let value = reader.value(1)?;
            row.put(number, value);
            Ok(())
        })?;
        row.span = self.place(start, self.at);
        // `items` passes the space behind its end by.
        row.span.end = start as u32 + self.text[start..self.at].trim_end().len() as u32;
        Ok(())
    }

    /// The name of a member, and the colon behind it.
    fn name(&mut self) -> Result<(Cow<'t, str>, Span), Broken> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("the name of a member in double quotes"));
        }
        let start = self.at;
        let name = self.string()?;
        let place = self.place(start, self.at);
        self.space();
        if self.takes(b':') { Ok((name, place)) } else { Err(self.unexpected("`:`")) }
    }

    fn value(&mut self, depth: usize) -> Result<Spanned<Value>, Broken> {
        let start = self.at;
        if depth > DEEPEST {
            let message = format!("it nests deeper than {DEEPEST} levels");
            return Err(
                Broken::new(self.place(start, start), message).with("what is nested so deep is no value of a property")
            );
        }
        let value = match self.peek() {
            Some(b'"') => Value::string(self.string()?),
            Some(b'{') => self.object(depth)?,
            Some(b'[') => {
                let mut items = Vec::new();
                self.items(b']', |reader, _| {
                    items.push(reader.value(depth + 1)?);
                    Ok(())
                })?;
                Value::Array(items)
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        let end = start + self.text[start..self.at].trim_end().len();
        Ok(Spanned::new(value, self.place(start, end)))
    }

    fn object(&mut self, depth: usize) -> Result<Value, Broken> {
        let (start, mut members, mut met) = (self.at, Vec::<Member>::new(), HashSet::new());
        self.items(b'}', |reader, _| {
            let (name, place) = reader.name()?;
            let name = Name::from(&*name);
            if !met.insert(name.clone()) {
                return Err(twice(&name, place));
            }
            let value = reader.value(depth + 1)?;
            members.push(Member { name: Spanned::new(name, place), value });
            Ok(())
        })?;
        Broken::reserved(Map { members }, self.place(start, self.at))
    }

    fn number(&mut self) -> Result<Value, Broken> {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        self.at += bytes[start..self.end].iter().take_while(|byte| is_part(byte)).count();
        let text = &self.text[start..self.at];
        let place = self.place(start, self.at);
        match number(text) {
            Some(number) => Ok(Value::Number(number)),
            None if inexact(text.as_bytes()).next().is_some() => Err(Broken::inexact(place, text)),
            None => Err(Broken::new(place, format!("not JSON: `{text}` is no number"))),
        }
    }

    fn word(&mut self) -> Result<Value, Broken> {
        let rest = &self.text[self.at..self.end];
        let words = [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)];
        let found = words.into_iter().find(|(word, _)| rest.starts_with(word));
        let (word, value) = found.ok_or_else(|| self.unexpected("a value"))?;
        self.at += word.len();
        Ok(value)
    }

    /// A string, in whose quotes the reader stands.
    fn string(&mut self) -> Result<Cow<'t, str>, Broken> {
        let (start, bytes) = (self.at, &self.text.as_bytes()[..self.end]);
        let (mut at, mut is_plain) = (start + 1, true);
        loop {
            match memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]).map(|length| at + length) {
                Some(end) if bytes[end] == b'"' => {
                    at = end + 1;
                    break;
                }
                Some(escape) => (at, is_plain) = (escape + 2, false),
                None => {
                    return Err(Broken::new(self.place(start, start + 1), "not JSON: a string that is never closed"));
                }
            }
        }
        self.at = at;
        let (place, inner) = (self.place(start, at), &self.text[start + 1..at - 1]);
        if is_plain && inner.bytes().all(|byte| byte >= b' ') {
            return Ok(inner.into());
        }
        let read = serde_json::from_str::<String>(&self.text[start..at]);
        read.map(Cow::Owned).map_err(|_| {
            Broken::new(place, "not JSON: a string with a control character, or with an escape that there is none of")
        })
    }
}

/// Which columns a row had: most have them in order.
#[derive(Default)]
struct Met {
    next: usize,
    others: HashSet<usize>,
}

impl Met {
    fn is_new(&mut self, number: usize) -> bool {
        if number == self.next && self.others.is_empty() {
            self.next += 1;
            return true;
        }
        number >= self.next && self.others.insert(number)
    }
}

fn twice(name: &str, place: Span) -> Broken {
    Broken::new(place, format!("`{name}` stands twice in one object")).with("keep one of them")
}
