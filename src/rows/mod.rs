//! Files of data to rows: CSV, JSON, NDJSON and YAML.
//!
//! Takes a text and gives its rows one by one, each value with its place. Takes time linear in the text, and no more memory than a row
//! needs; but YAML is read as a whole. Knows nothing of what the rows are for.

mod csv;
mod json;
pub(crate) mod yaml;

pub use json::{document, number, placed, value_of};

use crate::model::{Map, Name, SECRET_MEMBER, Value};
use crate::source::{FileId, Origin, Span, Spanned};
use ahash::AHashMap as HashMap;

/// The most columns of a file, and the most objects and lists around a value.
const MOST_COLUMNS: usize = 2_000;
const DEEPEST: usize = 50;

worded! {
    /// What a file of data is written in.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Format {
        /// Cells with commas between them, as in RFC 4180; the first line names the columns.
        Csv = "csv",
        /// A list of objects.
        Json = "json",
        /// An object on each line.
        Ndjson = "ndjson",
        /// A list of objects, or a document for each.
        Yaml = "yaml",
    }
}

impl Format {
    /// That of a file, by the ending of its name.
    pub fn of_name(name: &str) -> Option<Self> {
        match &*name.rsplit_once('.')?.1.to_ascii_lowercase() {
            "jsonl" => Some(Self::Ndjson),
            "yml" => Some(Self::Yaml),
            ending => Self::from_word(ending),
        }
    }

    /// Whether all of its values are texts.
    pub fn is_of_texts(self) -> bool {
        self == Self::Csv
    }
}

/// Why a part of a file of data is no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub span: Span,
    /// What is wrong there.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl Broken {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: "mend the file: nothing is read of what cannot be read as it was meant",
        }
    }

    fn with(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// That a row is no object.
    fn no_row(span: Span) -> Self {
        Self::new(span, "this is no row").with("each row is an object: `{\"id\": \"checkout\", \"tier\": \"critical\"}`, in a list or on a line of its own")
    }

    /// That a number would become another one.
    fn inexact(span: Span, number: &str) -> Self {
        Self::new(span, format!("neither 64 bits with a sign nor a float hold the number {number}"))
            .with("write it as a text, where the property takes one")
    }

    /// An object that does not stand for a secret, as one of this form does elsewhere.
    fn reserved(map: Map, span: Span) -> Result<Value, Self> {
        match map.get(SECRET_MEMBER) {
            Some(_) => {
                Err(Self::new(span, format!("`{SECRET_MEMBER}` is a name of plat's own"))
                    .with("call the member otherwise"))
            }
            None => Ok(Value::Object(map)),
        }
    }
}

/// The columns of a file, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Columns {
    names: Vec<Spanned<Name>>,
    numbers: HashMap<Name, usize>,
}

impl Columns {
    /// Their names, each with the place where it was met first.
    pub fn names(&self) -> &[Spanned<Name>] {
        &self.names
    }

    /// The number of a name.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// The number of a name, which may be new.
    fn number(&mut self, name: &str, place: Origin) -> Result<usize, Broken> {
        if let Some(number) = self.get(name) {
            return Ok(number);
        }
        let number = self.names.len();
        if number == MOST_COLUMNS {
            let message = format!("the file has more than {MOST_COLUMNS} columns");
            return Err(Broken::new(place.shown(), message).with("each row is an object with the same few members"));
        }
        let name = Name::from(name);
        self.names.push(Spanned::new(name.clone(), place));
        self.numbers.insert(name, number);
        Ok(number)
    }

    /// The same for one that is likely that of a number: most rows have the same columns in the same order.
    fn number_near(&mut self, guess: usize, name: &str, place: Origin) -> Result<usize, Broken> {
        match self.names.get(guess) {
            Some(known) if *known.value == *name => Ok(guess),
            _ => self.number(name, place),
        }
    }
}

/// A row.
#[derive(Debug)]
pub struct Row {
    /// Where it is.
    pub span: Span,
    /// What stands in it, by the numbers of the columns; nothing where that is unset.
    pub cells: Vec<Option<Spanned<Value>>>,
}

impl Row {
    fn at(span: Span) -> Self {
        Self { span, cells: Vec::new() }
    }

    /// Empties it for the next one.
    fn clear(&mut self) {
        self.cells.iter_mut().for_each(|cell| *cell = None);
    }

    /// Sets a cell; null is unset.
    fn put(&mut self, number: usize, value: Spanned<Value>) {
        if self.cells.len() <= number {
            self.cells.resize_with(number + 1, || None);
        }
        self.cells[number] = Some(value).filter(|value| value.value != Value::Null);
    }

    /// What stands in a column.
    pub fn cell(&self, number: usize) -> Option<&Spanned<Value>> {
        self.cells.get(number)?.as_ref()
    }

    /// The same, taken out.
    pub fn take(&mut self, number: usize) -> Option<Spanned<Value>> {
        self.cells.get_mut(number)?.take()
    }
}

/// Who is given each row, or why a part of the file is none.
pub type Take<'t> = &'t mut dyn FnMut(&Columns, Result<&mut Row, Broken>);

/// The rows of a text, in their order, with the columns that were met.
pub fn read(format: Format, file: FileId, text: &str, take: Take<'_>) -> Columns {
    let mut columns = Columns::default();
    let read = match format {
        Format::Csv => csv::rows((file, text), &mut columns, take),
        Format::Json => json::list((file, text), &mut columns, take),
        Format::Ndjson => {
            json::lines((file, text), &mut columns, take);
            Ok(())
        }
        Format::Yaml => yaml::rows((file, text), &mut columns, take),
    };
    if let Err(broken) = read {
        take(&columns, Err(broken));
    }
    columns
}

/// What some programs begin a text with, to say that it is UTF-8.
const MARK: &str = "\u{feff}";

#[cfg(test)]
mod tests;
