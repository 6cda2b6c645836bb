use super::character::Class;
use super::parser::Parser;
use super::string::{Form, Written, simple_escape};
use super::tree::{Range, StringData};

/// The lines of a string, newlines made `\n` and escaped whitespace taken away, other escapes kept.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// Where each line begins in the file; empty where the first line was mistaken.
    starts: Vec<u32>,
}

impl Lines {
    fn begin(&mut self, at: u32) {
        if !self.starts.is_empty() {
            self.text.push('\n');
        }
        self.starts.push(at);
    }
}

/// Strings of several lines, between `"""`.
impl Parser<'_> {
    pub(super) fn multi_line_string(&mut self) -> Written {
        let start = self.cursor.at();
        let mut lines = Lines::default();
        self.opening_line(start, &mut lines);
        let closed = loop {
            let from = self.cursor.at();
            self.cursor.skip_plain();
            lines.text.push_str(self.cursor.slice(from, self.cursor.at()));
            if self.cursor.eat("\"\"\"") {
                break true;
            }
            match self.cursor.class() {
                Class::End => break false,
                Class::Mark if self.cursor.byte() == Some(b'\\') => self.keep_escape(&mut lines),
                Class::Newline | Class::Banned | Class::Word | Class::Space | Class::Mark => self.keep(&mut lines),
            }
        };
        self.finish_lines(start, start + 3, &lines, if closed { "" } else { "\"\"\"" }, true)
    }

    pub(super) fn multi_line_raw_string(&mut self, start: u32, hashes: u32) -> Written {
        let quotes = self.cursor.at();
        let mut lines = Lines::default();
        self.opening_line(quotes, &mut lines);
        let closed = loop {
            let from = self.cursor.at();
            self.cursor.skip_plain();
            lines.text.push_str(self.cursor.slice(from, self.cursor.at()));
            let quotes = self.cursor.at();
            if self.cursor.sees("\"\"\"") {
                // A fourth quote may be the first of the three that close.
                let count = self.cursor.count(b'"');
                if self.closing_hashes(hashes) {
                    let kept = quotes + count - 3;
                    lines.text.push_str(self.cursor.slice(quotes, kept));
                    break true;
                }
                lines.text.push_str(self.cursor.slice(quotes, self.cursor.at()));
                continue;
            }
            match self.cursor.class() {
                Class::End => break false,
                Class::Newline | Class::Banned | Class::Word | Class::Space | Class::Mark => self.keep(&mut lines),
            }
        };
        let closing = format!("\"\"\"{}", "#".repeat(hashes.min(64) as usize));
        self.finish_lines(start, quotes + 3, &lines, if closed { "" } else { &closing }, false)
    }

    /// Moves over the quotes and the newline that must follow them.
    fn opening_line(&mut self, quotes: u32, lines: &mut Lines) {
        self.cursor.eat("\"\"\"");
        if !self.cursor.newline() {
            let help = "the text begins on the next line and the closing quotes stand on a line of their own";
            self.bad_lines((quotes, quotes), (quotes, quotes + 3), "no line ends behind `\"\"\"`", help);
            return;
        }
        lines.begin(self.cursor.at());
    }

    /// Moves over one character or newline of the body.
    fn keep(&mut self, lines: &mut Lines) {
        let from = self.cursor.at();
        match self.cursor.class() {
            Class::Newline => {
                self.cursor.newline();
                if !lines.starts.is_empty() {
                    lines.begin(self.cursor.at());
                }
            }
            Class::Banned => self.banned(),
            Class::Word | Class::Space | Class::Mark | Class::End => {
                self.cursor.bump();
                lines.text.push_str(self.cursor.slice(from, self.cursor.at()));
            }
        }
    }

    /// Moves over an escape: keeps it as written, or takes whitespace away.
    fn keep_escape(&mut self, lines: &mut Lines) {
        let from = self.cursor.at();
        if self.escape().is_some() {
            lines.text.push_str(self.cursor.slice(from, self.cursor.at()));
        }
    }

    /// Takes the indentation of the last line from each line and resolves the escapes.
    fn finish_lines(&mut self, start: u32, opening: u32, lines: &Lines, missing: &str, escapes: bool) -> Written {
        let from = self.tree.unescaped.len() as u32;
        let is_told = lines.starts.is_empty();
        if !is_told && missing.is_empty() {
            self.dedent((start, opening), lines, escapes);
        } else if !is_told {
            self.unterminated_string(start, opening, missing);
        }
        let value = StringData { start: from, end: self.tree.unescaped.len() as u32, unescaped: true };
        Written { value, range: Range { start, end: self.cursor.at() }, form: Form::Quoted }
    }

    fn dedent(&mut self, string: (u32, u32), lines: &Lines, escapes: bool) {
        self.cursor.looked_at(lines.text.len());
        let (body, indent) = lines.text.rsplit_once('\n').unwrap_or(("", &lines.text));
        if !is_blank(indent) {
            let end = self.cursor.at();
            let start = lines.starts.last().map_or(end, |start| *start);
            let help = "put the closing quotes on a line of their own; their indentation is taken from each line";
            return self.bad_lines(string, (start, end), "text before the closing `\"\"\"`", help);
        }
        if !lines.text.contains('\n') {
            return;
        }
        let mut told = false;
        for (index, line) in body.split('\n').enumerate() {
            if index > 0 {
                self.tree.unescaped.push('\n');
            }
            if is_blank(line) {
                continue;
            }
            let rest = line.strip_prefix(indent);
            if rest.is_none() && !told {
                told = true;
                let start = lines.starts.get(index).copied().unwrap_or(string.0);
                let help = "each line begins with the very spaces and tabs that stand before the closing quotes";
                self.bad_lines(string, (start, start), "a line is indented less than the closing `\"\"\"`", help);
            }
            let rest = rest.unwrap_or(line);
            if escapes {
                unescape(rest, &mut self.tree.unescaped);
            } else {
                self.tree.unescaped.push_str(rest);
            }
        }
    }
}

fn is_blank(line: &str) -> bool {
    line.chars().all(|character| Class::of(character) == Class::Space)
}

/// Resolves escapes that were found sound.
fn unescape(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        rest = if let Some((digits, rest)) = escape.strip_prefix("u{").and_then(|digits| digits.split_once('}')) {
            out.extend(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32));
            rest
        } else {
            out.extend(escape.bytes().next().and_then(simple_escape));
            escape.get(1..).unwrap_or_default()
        };
    }
    out.push_str(rest);
}
