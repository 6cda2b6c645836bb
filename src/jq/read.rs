//! A text to an expression.

use super::function::FUNCTIONS;
use super::{Operator, Term};
use crate::model::{Number, Value};

/// The most parts of an expression: each may stand in another one.
const MOST: usize = 200;
/// The most brackets around a part.
const DEEPEST: usize = 40;

/// Binary operators by their binding, the loosest first; of one row none binds closer.
const OPERATORS: [&[(&str, Operator)]; 3] = [
    &[
        ("==", Operator::Equal),
        ("!=", Operator::Unequal),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

/// Words that are no functions.
const WORDS: [&str; 9] = ["if", "then", "elif", "else", "end", "and", "or", "def", "as"];

type Read<T> = Result<T, String>;

pub(super) fn term(text: &str) -> Read<Term> {
    let mut reader = Reader { rest: text, parts: 0, depth: 0 };
    let term = reader.pipe()?;
    reader.space();
    if reader.rest.is_empty() { Ok(term) } else { Err(reader.unexpected("nothing more")) }
}

struct Reader<'t> {
    rest: &'t str,
    parts: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix('#') else { return };
            self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn needs(&mut self, sign: &str) -> Read<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> String {
        let found: String = self.rest.chars().take(20).collect();
        match found.as_str() {
            "" => format!("it ends where {wanted} is needed"),
            found => format!("`{found}` stands where {wanted} is needed"),
        }
    }

    /// The word that stands next.
    fn peek(&mut self) -> &'t str {
        self.space();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let length = self.rest.bytes().take_while(|byte| is_part(*byte)).count();
        let starts_well = self.rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        self.rest.get(..length).filter(|_| starts_well).unwrap_or_default()
    }

    fn word(&mut self, word: &str) -> bool {
        let is_it = self.peek() == word;
        if is_it {
            self.rest = &self.rest[word.len()..];
        }
        is_it
    }

    fn pipe(&mut self) -> Read<Term> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it nests deeper than {DEEPEST} brackets"));
        }
        let mut parts = vec![self.comma()?];
        while self.takes("|") {
            parts.push(self.comma()?);
        }
        self.depth -= 1;
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Term::Pipe(parts) })
    }

    fn comma(&mut self) -> Read<Term> {
        let mut parts = vec![self.alternative()?];
        while self.takes(",") {
            parts.push(self.alternative()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Term::Comma(parts) })
    }

    fn alternative(&mut self) -> Read<Term> {
        let mut parts = vec![self.either()?];
        while self.takes("//") {
            parts.push(self.either()?);
        }
        let last = parts.pop().unwrap_or(Term::Identity);
        Ok(parts.into_iter().rev().fold(last, |other, first| Term::Or(first.into(), other.into())))
    }

    fn either(&mut self) -> Read<Term> {
        let mut term = self.both()?;
        while self.word("or") {
            term = Term::Both(true, term.into(), self.both()?.into());
        }
        Ok(term)
    }

    fn both(&mut self) -> Read<Term> {
        let mut term = self.binary(0)?;
        while self.word("and") {
            term = Term::Both(false, term.into(), self.binary(0)?.into());
        }
        Ok(term)
    }

    fn binary(&mut self, level: usize) -> Read<Term> {
        let Some(row) = OPERATORS.get(level) else { return self.unary() };
        let mut term = self.binary(level + 1)?;
        while let Some(operator) = self.operator(row) {
            term = Term::Binary(operator, term.into(), self.binary(level + 1)?.into());
            // Comparisons do not follow each other.
            if level == 0 {
                break;
            }
        }
        Ok(term)
    }

    fn operator(&mut self, row: &[(&str, Operator)]) -> Option<Operator> {
        self.space();
        if self.rest.starts_with("//") {
            return None;
        }
        row.iter().find(|(sign, _)| self.takes(sign)).map(|(_, operator)| *operator)
    }

    fn unary(&mut self) -> Read<Term> {
        self.parts += 1;
        if self.parts > MOST {
            return Err(format!("it has more than {MOST} parts"));
        }
        if self.takes("-") {
            return Ok(Term::Negated(self.unary()?.into()));
        }
        let mut term = self.primary()?;
        loop {
            self.space();
            if self.rest.starts_with('.') && !self.rest.starts_with("..") {
                self.rest = &self.rest[1..];
                term = self.behind_dot(term)?;
            } else if self.rest.starts_with('[') {
                term = self.brackets(term)?;
            } else if self.takes("?") {
                term = Term::Try(term.into());
            } else {
                return Ok(term);
            }
            self.parts += 1;
        }
    }

    /// What a dot behind a value begins.
    fn behind_dot(&mut self, of: Term) -> Read<Term> {
        if self.rest.starts_with('[') {
            return self.brackets(of);
        }
        let name = if self.rest.starts_with('"') {
            self.string()?
        } else {
            let word = self.peek();
            if word.is_empty() {
                return Err(self.unexpected("a name, or `[`"));
            }
            self.rest = &self.rest[word.len()..];
            Term::Literal(Value::string(word))
        };
        Ok(Term::Index(of.into(), name.into()))
    }

    fn brackets(&mut self, of: Term) -> Read<Term> {
        self.needs("[")?;
        if self.takes("]") {
            return Ok(Term::Each(of.into()));
        }
        let first = if self.takes(":") { None } else { Some(self.pipe()?) };
        if first.is_some() && self.takes("]") {
            return Ok(Term::Index(of.into(), first.unwrap_or(Term::Identity).into()));
        }
        if first.is_some() {
            self.needs(":")?;
        }
        let last = if self.takes("]") { None } else { Some(self.pipe()?) };
        if last.is_some() {
            self.needs("]")?;
        }
        Ok(Term::Slice(of.into(), [first.map(Into::into), last.map(Into::into)]))
    }

    fn primary(&mut self) -> Read<Term> {
        self.space();
        match self.rest.bytes().next() {
            Some(b'.') if self.rest.starts_with("..") => Err("`..` is not read here".to_owned()),
            Some(b'.') => {
                self.rest = &self.rest[1..];
                let is_path = self.rest.starts_with(|next: char| next.is_ascii_alphabetic() || "_\"[".contains(next));
                if is_path { self.behind_dot(Term::Identity) } else { Ok(Term::Identity) }
            }
            Some(b'"') => self.string(),
            Some(b'0'..=b'9') => self.number(),
            Some(b'(') => {
                self.needs("(")?;
                let term = self.pipe()?;
                self.needs(")")?;
                Ok(term)
            }
            Some(b'[') => {
                self.needs("[")?;
                if self.takes("]") {
                    return Ok(Term::List(None));
                }
                let inner = self.pipe()?;
                self.needs("]")?;
                Ok(Term::List(Some(inner.into())))
            }
            Some(b'{') => self.object(),
            Some(b'$') => Err("no variables are read here: `.` is the row".to_owned()),
            Some(b'@') => Err("no formats such as `@csv` are read here".to_owned()),
            _ => self.named(),
        }
    }

    fn number(&mut self) -> Read<Term> {
        let is_part = |(at, byte): &(usize, u8)| {
            let is_sign = b"+-".contains(byte) && *at > 0 && matches!(self.rest.as_bytes()[at - 1], b'e' | b'E');
            byte.is_ascii_digit() || b".eE".contains(byte) || is_sign
        };
        let length = self.rest.bytes().enumerate().take_while(is_part).count();
        let (text, rest) = self.rest.split_at(length);
        let number = text.parse().map(Number::Integer).ok().or_else(|| Number::from_float(text.parse().ok()?));
        self.rest = rest;
        number.map(|number| Term::Literal(Value::Number(number))).ok_or_else(|| format!("`{text}` is no number"))
    }

    fn object(&mut self) -> Read<Term> {
        self.needs("{")?;
        let mut members = Vec::new();
        while !self.takes("}") {
            if !members.is_empty() {
                self.needs(",")?;
            }
            let name = self.key()?;
            let value = if self.takes(":") {
                self.alternative()?
            } else {
                Term::Index(Term::Identity.into(), name.clone().into())
            };
            members.push((name, value));
        }
        Ok(Term::Object(members))
    }

    fn key(&mut self) -> Read<Term> {
        self.space();
        if self.rest.starts_with('"') {
            return self.string();
        }
        if self.takes("(") {
            let key = self.pipe()?;
            self.needs(")")?;
            return Ok(key);
        }
        let word = self.peek();
        if word.is_empty() {
            return Err(self.unexpected("the name of a member"));
        }
        self.rest = &self.rest[word.len()..];
        Ok(Term::Literal(Value::string(word)))
    }

    fn named(&mut self) -> Read<Term> {
        let word = self.peek();
        if word.is_empty() {
            return Err(self.unexpected("an expression"));
        }
        self.rest = &self.rest[word.len()..];
        match word {
            "if" => return self.condition(),
            "true" => return Ok(Term::Literal(Value::Bool(true))),
            "false" => return Ok(Term::Literal(Value::Bool(false))),
            "null" => return Ok(Term::Literal(Value::Null)),
            word if WORDS.contains(&word) => return Err(format!("`{word}` is not read here")),
            _ => {}
        }
        let mut arguments = Vec::new();
        if self.rest.starts_with('(') {
            self.needs("(")?;
            arguments.push(self.pipe()?);
            while self.takes(";") {
                arguments.push(self.pipe()?);
            }
            self.needs(")")?;
        }
        let known = FUNCTIONS.iter().find(|(name, count)| *name == word && *count == arguments.len());
        match (known, FUNCTIONS.iter().find(|(name, _)| *name == word)) {
            (Some((name, _)), _) => Ok(Term::Call(name, arguments)),
            (None, Some((_, count))) => Err(format!("`{word}` is given {count}, and has {}", arguments.len())),
            (None, None) => {
                let mut names: Vec<&str> = FUNCTIONS.iter().map(|row| row.0).collect();
                names.dedup();
                Err(format!("there is no function `{word}` here; there is {}", names.join(", ")))
            }
        }
    }

    /// What stands behind an `if`.
    fn condition(&mut self) -> Read<Term> {
        let mut conditions = Vec::new();
        loop {
            let condition = self.pipe()?;
            if !self.word("then") {
                return Err(self.unexpected("`then`"));
            }
            conditions.push((condition, self.pipe()?));
            if self.word("elif") {
                continue;
            }
            let other = if self.word("else") { Some(self.pipe()?.into()) } else { None };
            return if self.word("end") { Ok(Term::If(conditions, other)) } else { Err(self.unexpected("`end`")) };
        }
    }

    /// A text, at whose first quote the reader stands.
    fn string(&mut self) -> Read<Term> {
        self.rest = &self.rest[1..];
        let (mut parts, mut text) = (Vec::new(), String::new());
        loop {
            let Some(end) = self.rest.find(['"', '\\']) else { return Err("a text is never closed".to_owned()) };
            text.push_str(&self.rest[..end]);
            let is_escape = self.rest[end..].starts_with('\\');
            self.rest = &self.rest[end + 1..];
            if !is_escape {
                break;
            }
            if self.rest.starts_with('(') {
                self.needs("(")?;
                parts.push(Term::Literal(Value::string(std::mem::take(&mut text))));
                parts.push(self.pipe()?);
                self.needs(")")?;
            } else {
                text.push(self.escape()?);
            }
        }
        if parts.is_empty() {
            return Ok(Term::Literal(Value::string(text)));
        }
        parts.push(Term::Literal(Value::string(text)));
        Ok(Term::Text(parts))
    }

    /// The character that an escape stands for, behind its backslash.
    fn escape(&mut self) -> Read<char> {
        let escape = self.rest.chars().next().ok_or("a text is never closed")?;
        self.rest = &self.rest[escape.len_utf8()..];
        match escape {
            '"' | '\\' | '/' => Ok(escape),
            'n' => Ok('\n'),
            't' => Ok('\t'),
            'r' => Ok('\r'),
            'b' => Ok('\u{8}'),
            'f' => Ok('\u{c}'),
            'u' => {
                let first = self.unit()?;
                let is_pair = (0xd800..0xdc00).contains(&first) && self.rest.starts_with("\\u");
                if !is_pair {
                    return char::from_u32(first).ok_or_else(|| "half of a character in a text".to_owned());
                }
                self.rest = &self.rest[2..];
                let second = self.unit()?.wrapping_sub(0xdc00);
                let whole = Some(second)
                    .filter(|second| *second < 0x400)
                    .map(|second| 0x1_0000 + ((first - 0xd800) << 10) + second);
                whole.and_then(char::from_u32).ok_or_else(|| "half of a character in a text".to_owned())
            }
            other => Err(format!(
                "there is no escape `\\{other}`; in a text of KDL a backslash is doubled, or the text is raw: `#\"...\"#`"
            )),
        }
    }

    fn unit(&mut self) -> Read<u32> {
        let digits = self.rest.get(..4).ok_or("an escape lacks digits")?;
        let unit = u32::from_str_radix(digits, 16).map_err(|_| format!("`{digits}` is no number of a character"))?;
        self.rest = &self.rest[4..];
        Ok(unit)
    }
}
