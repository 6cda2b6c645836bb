use super::character::{Class, is_reserved, looks_like_number};
use super::parser::Parser;
use super::tree::{Range, StringData};

/// A string as it was read.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) value: StringData,
    /// With its quotes.
    pub(super) range: Range,
    pub(super) form: Form,
}

/// How a string was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// With quotes of any kind.
    Quoted,
    /// A bare word that is a string.
    Bare,
    /// `true`, `inf` and their like, which are no strings.
    Reserved,
    /// A word that begins like a number.
    Number,
}

/// Strings of one line.
impl Parser<'_> {
    /// Reads a string of any form, or nothing where no string begins.
    pub(super) fn string(&mut self) -> Option<Written> {
        match self.cursor.class() {
            Class::Word => Some(self.word()),
            Class::Mark => match self.cursor.byte() {
                Some(b'"') if self.cursor.sees("\"\"\"") => Some(self.multi_line_string()),
                Some(b'"') => Some(self.quoted_string()),
                Some(b'#') => self.hashes().map(|hashes| self.raw_string(hashes)),
                _ => None,
            },
            Class::Space | Class::Newline | Class::Banned | Class::End => None,
        }
    }

    /// The number of hashes that open a raw string here, if one begins here.
    fn hashes(&self) -> Option<u32> {
        let mut hashes = 0;
        while self.cursor.byte_at(hashes) == Some(b'#') {
            hashes += 1;
        }
        (self.cursor.byte_at(hashes) == Some(b'"')).then_some(hashes as u32)
    }

    fn word(&mut self) -> Written {
        let start = self.cursor.at();
        self.cursor.skip(Class::Word);
        if self.cursor.at() > start + 1
            && self.cursor.slice(start, self.cursor.at()).ends_with(',')
            && self.begins_member(self.cursor.at())
        {
            self.cursor.go_to(self.cursor.at() - 1);
        }
        let end = self.cursor.at();
        let word = self.cursor.slice(start, end);
        if word == "r"
            && matches!(self.cursor.byte(), Some(b'#' | b'"'))
            && let Some(hashes) = self.hashes()
        {
            return self.legacy_raw_string(start, hashes);
        }
        let form = match word {
            _ if looks_like_number(word) => Form::Number,
            _ if is_reserved(word) => Form::Reserved,
            _ => Form::Bare,
        };
        let range = Range { start, end };
        Written { value: StringData { start, end, unescaped: false }, range, form }
    }

    fn legacy_raw_string(&mut self, start: u32, hashes: u32) -> Written {
        let raw = self.raw_string(hashes);
        self.old_raw_string(start, raw.range.end, hashes);
        Written { range: Range { start, end: raw.range.end }, ..raw }
    }

    fn quoted_string(&mut self) -> Written {
        let start = self.cursor.at();
        self.cursor.bump();
        let mut copied = Copied { from: self.tree.unescaped.len() as u32, upto: self.cursor.at(), any: false };
        let body = self.cursor.at();
        let end = loop {
            self.cursor.skip_plain();
            match self.cursor.class() {
                Class::Mark if self.cursor.byte() == Some(b'"') => {
                    self.cursor.bump();
                    break self.cursor.at() - 1;
                }
                Class::Mark if self.cursor.byte() == Some(b'\\') => {
                    self.copy(&mut copied);
                    if let Some(character) = self.escape() {
                        self.tree.unescaped.push(character);
                    }
                    copied.upto = self.cursor.at();
                }
                Class::Newline | Class::End => {
                    let end = self.before_braces(start, copied.upto);
                    self.unterminated_string(start, start + 1, "\"");
                    break end.unwrap_or_else(|| self.skip_later_lines(0));
                }
                Class::Banned => self.banned(),
                Class::Word | Class::Space | Class::Mark => self.cursor.bump(),
            }
        };
        let value = if copied.any {
            self.tree.unescaped.push_str(self.cursor.slice(copied.upto, end));
            StringData { start: copied.from, end: self.tree.unescaped.len() as u32, unescaped: true }
        } else {
            StringData { start: body, end, unescaped: false }
        };
        Written { value, range: Range { start, end: self.cursor.at() }, form: Form::Quoted }
    }

    /// Copies what stands before an escape.
    fn copy(&mut self, copied: &mut Copied) {
        copied.any = true;
        self.tree.unescaped.push_str(self.cursor.slice(copied.upto, self.cursor.at()));
    }

    /// Reads an escape; nothing for one that stands for no character: spaces and newlines taken
    /// away, or a mistake.
    pub(super) fn escape(&mut self) -> Option<char> {
        let start = self.cursor.at();
        self.cursor.bump();
        if matches!(self.cursor.class(), Class::Space | Class::Newline) {
            while matches!(self.cursor.class(), Class::Space | Class::Newline) {
                self.cursor.bump();
            }
            return None;
        }
        let character = match self.cursor.byte() {
            Some(b'u') => self.code_point(),
            Some(byte) => simple_escape(byte).inspect(|_| self.cursor.bump()),
            None => return None,
        };
        if character.is_none() {
            if !matches!(self.cursor.class(), Class::Banned | Class::Newline | Class::End) {
                self.cursor.bump();
            }
            self.bad_escape(start, self.cursor.at());
        }
        character
    }

    /// Reads `u{...}`; on a mistake stops before the last character of it.
    fn code_point(&mut self) -> Option<char> {
        if !self.cursor.sees("u{") {
            return None;
        }
        let mut length = 0;
        while self.cursor.byte_at(2 + length).is_some_and(|byte| byte.is_ascii_hexdigit()) && length < 7 {
            length += 1;
        }
        let start = self.cursor.at() + 2;
        let digits = self.cursor.slice(start, start + length as u32);
        let closed = self.cursor.byte_at(2 + length) == Some(b'}');
        let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        let sound = closed && (1..=6).contains(&length) && character.is_some();
        for _ in 0..length + if closed && !sound { 2 } else { 1 } {
            self.cursor.bump();
        }
        if sound {
            self.cursor.bump();
            self.cursor.bump();
            return character;
        }
        None
    }

    pub(super) fn raw_string(&mut self, hashes: u32) -> Written {
        let start = self.cursor.at();
        self.cursor.count(b'#');
        if hashes > 0 && self.cursor.sees("\"\"\"") {
            return self.multi_line_raw_string(start, hashes);
        }
        self.cursor.bump();
        let body = self.cursor.at();
        let end = loop {
            self.cursor.skip_plain();
            match self.cursor.class() {
                Class::Newline | Class::End => {
                    let closing = format!("\"{}", "#".repeat(hashes.min(64) as usize));
                    let end = self.before_braces(start, body);
                    self.unterminated_string(start, body, &closing);
                    break end.unwrap_or_else(|| self.skip_later_lines(hashes));
                }
                Class::Banned => self.banned(),
                Class::Mark if self.cursor.eat("\"") => {
                    let end = self.cursor.at() - 1;
                    if self.closing_hashes(hashes) {
                        break end;
                    }
                }
                Class::Word | Class::Space | Class::Mark => self.cursor.bump(),
            }
        };
        let value = StringData { start: body, end, unescaped: false };
        Written { value, range: Range { start, end: self.cursor.at() }, form: Form::Quoted }
    }

    /// Moves from the end of a line, up to which a string without an end goes, back to the `{` there that begins a block, or to the braces
    /// that close blocks of the line.
    fn before_braces(&mut self, string: u32, body: u32) -> Option<u32> {
        let (text, start) = (self.tree.text(), body as usize);
        let line = text[..string as usize].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let opened = self.open.iter().rev().skip_while(|open| open.brace.is_none());
        let opened = opened.take_while(|open| open.brace.is_some_and(|brace| brace as usize >= line));
        let mut end = self.cursor.at();
        if let Some(body) = text[start..end as usize].trim_end_matches([' ', '\t']).strip_suffix(" {") {
            end = start as u32 + body.trim_end_matches([' ', '\t']).len() as u32;
        }
        for _ in opened {
            let body = &text[start..end as usize];
            let Some(body) = body.trim_end_matches([' ', '\t']).strip_suffix('}') else { break };
            end = start as u32 + body.trim_end_matches([' ', '\t', ';']).len() as u32;
        }
        (end < self.cursor.at()).then(|| {
            self.cursor.go_to(end);
            end
        })
    }

    /// Moves from a newline that should not be in a string to the quote of a later line that seems to
    /// close it: the next quote, where it ends a word and the line or the value.
    ///
    /// Gives the end of the body. The text up to the next quote is looked at once for each string.
    fn skip_later_lines(&mut self, hashes: u32) -> u32 {
        let at = self.cursor.at();
        let rest = &self.tree.text()[at as usize..];
        let found = rest.split_once('"');
        self.cursor.looked_at(found.map_or(rest.len(), |(between, _)| between.len()));
        let Some((between, behind)) = found else { return at };
        let Some(behind) = behind.strip_prefix(&*"#".repeat(hashes as usize)) else { return at };
        let closes_word = !between.ends_with([' ', '\t', '=', '#', '(']) || is_indentation(between);
        if !closes_word || !behind.starts_with(['\n', '\r', ' ', ';', '}']) && !behind.is_empty() {
            return at;
        }
        let end = (self.tree.text().len() - behind.len()) as u32;
        while self.cursor.at() < end {
            self.cursor.bump();
        }
        end - hashes - 1
    }

    /// Moves over the hashes behind a quote, as many as close a raw string, and tells whether they do.
    pub(super) fn closing_hashes(&mut self, hashes: u32) -> bool {
        let mut seen = 0;
        while seen < hashes && self.cursor.eat("#") {
            seen += 1;
        }
        seen == hashes
    }
}

/// What of a string stands in the tree's own text already.
struct Copied {
    from: u32,
    /// The offset in the file behind the part that was copied.
    upto: u32,
    any: bool,
}

/// The character of a backslash and a letter.
pub(super) fn simple_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b's' => ' ',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' => '"',
        b'\\' => '\\',
        _ => return None,
    })
}

/// Whether the last line of a text has only spaces.
fn is_indentation(text: &str) -> bool {
    text.rsplit(['\n', '\r'])
        .next()
        .is_some_and(|line| line.chars().all(|character| Class::of(character) == Class::Space))
}
