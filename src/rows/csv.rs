//! Cells with commas between them: RFC 4180, of which lines may end with `\n` alone.

use super::{Broken, Columns, MARK, Row, Take};
use crate::model::Value;
use crate::source::{FileId, Span, Spanned};
use crate::worded::counted;
use memchr::{memchr, memchr3};
use std::borrow::Cow;

/// Calls for each row behind the first line, which names the columns.
pub(super) fn rows((file, text): (FileId, &str), columns: &mut Columns, take: Take<'_>) -> Result<(), Broken> {
    let mut reader = Reader { file, text, at: if text.starts_with(MARK) { MARK.len() } else { 0 } };
    header(&mut reader, columns)?;
    let width = columns.names().len();
    let mut row = Row::at(Span::start_of(file));
    while reader.at < text.len() {
        if reader.empty_line() {
            continue;
        }
        row.clear();
        let (start, mut number, mut is_last) = (reader.at, 0, false);
        while !is_last {
            let cell = reader.cell()?;
            is_last = cell.is_last;
            if number < width && !cell.text.is_empty() {
                row.put(number, Spanned::new(Value::string(cell.text), cell.span));
            }
            number += 1;
            row.span = Span::new(file, start as u32, cell.span.end);
        }
        if number == width {
            take(columns, Ok(&mut row));
        } else {
            let message = format!(
                "this row has {}, and the first line names {}",
                counted(number, "cell"),
                counted(width, "column")
            );
            let help = "a cell with a comma, a quote or a line break in it stands in double quotes; one without a value is empty, but its comma is there";
            take(columns, Err(Broken::new(row.span, message).with(help)));
        }
    }
    Ok(())
}

fn header(reader: &mut Reader<'_>, columns: &mut Columns) -> Result<(), Broken> {
    if reader.at == reader.text.len() {
        let message = "the file is empty, and its first line is to name the columns";
        return Err(Broken::new(Span::start_of(reader.file), message).with("write them: `id,title,tier`"));
    }
    loop {
        let cell = reader.cell()?;
        let number = columns.names().len();
        if cell.text.trim().is_empty() {
            let message = format!("column {} has no name", number + 1);
            return Err(Broken::new(cell.span, message)
                .with("the first line names every column; one that is of no use may be ignored by its name"));
        }
        if columns.number(&cell.text, cell.span.into())? != number {
            let message = format!("two columns are called `{}`", cell.text);
            return Err(Broken::new(cell.span, message).with("give one of them another name"));
        }
        if cell.is_last {
            return Ok(());
        }
    }
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    /// What is read up to.
    at: usize,
}

struct Cell<'t> {
    text: Cow<'t, str>,
    /// With its quotes.
    span: Span,
    /// Whether its row ends with it.
    is_last: bool,
}

impl<'t> Reader<'t> {
    /// Whether nothing stands on the line, which is passed by.
    fn empty_line(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return false,
        };
        self.at += length;
        true
    }

    /// The next cell, up to and with the comma or the end of the line behind it.
    fn cell(&mut self) -> Result<Cell<'t>, Broken> {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let (text, end) = if bytes.get(start) == Some(&b'"') {
            self.quoted()?
        } else {
            let end = memchr3(b',', b'\n', b'"', &bytes[start..]).map_or(bytes.len(), |length| start + length);
            let is_before_break =
                bytes.get(end).is_none_or(|byte| *byte == b'\n') && bytes[start..end].ends_with(b"\r");
            let end = end - usize::from(is_before_break);
            (Cow::Borrowed(&self.text[start..end]), end)
        };
        let (is_last, behind) = match &bytes[end..] {
            [] => (true, end),
            [b'\r'] => (true, end + 1),
            [b',', ..] => (false, end + 1),
            [b'\n', ..] => (true, end + 1),
            [b'\r', b'\n', ..] => (true, end + 2),
            [b'"', ..] => {
                let message = "a quote within a cell that does not begin with one";
                let help = "put all of the cell in quotes, and double those within: `\"5\"\" pipe\"`";
                return Err(Broken::new(self.place(end, end + 1), message).with(help));
            }
            _ => {
                let length = memchr3(b',', b'\n', b'"', &bytes[end..]).unwrap_or(bytes.len() - end);
                let message = "something stands behind the quote that ends the cell";
                let help = "a quote that is meant within a cell is doubled: `\"5\"\" pipe\"`";
                return Err(Broken::new(self.place(end, end + length), message).with(help));
            }
        };
        self.at = behind;
        Ok(Cell { text, span: self.place(start, end), is_last })
    }

    /// The text between two quotes, and where the second one ends.
    fn quoted(&self) -> Result<(Cow<'t, str>, usize), Broken> {
        let (bytes, start) = (self.text.as_bytes(), self.at + 1);
        let (mut at, mut is_doubled) = (start, false);
        loop {
            let Some(length) = memchr(b'"', &bytes[at..]) else {
                let message = "a quote that is never closed";
                return Err(Broken::new(self.place(self.at, start), message).with("close it at the end of the cell"));
            };
            at += length + 1;
            if bytes.get(at) != Some(&b'"') {
                break;
            }
            (at, is_doubled) = (at + 1, true);
        }
        let text = &self.text[start..at - 1];
        Ok((if is_doubled { text.replace("\"\"", "\"").into() } else { text.into() }, at))
    }

    fn place(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }
}
