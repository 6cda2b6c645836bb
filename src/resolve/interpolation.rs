//! The parts of a string: text, `$path`, `${path | function}`, `$$`.

use super::calls;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{Call, Path, Piece, Template, Value, split_outside_quotes};
use crate::source::Span;
use crate::syntax::Entry;

/// A string's value, and where its bytes stand in the file.
pub(super) struct Text<'t> {
    text: &'t str,
    /// The place of the whole string.
    span: Span,
    /// Where its first byte stands; nothing where escapes part the value from what was written.
    start: Option<u32>,
}

impl<'t> Text<'t> {
    /// The text of an entry's string.
    pub(super) fn of(entry: Entry<'_>, text: &'t str) -> Self {
        let (raw, span) = (entry.raw(), entry.value_span());
        let quotes = raw.len().checked_sub(text.len()).map(|rest| rest / 2);
        let start = quotes.filter(|quotes| raw.get(*quotes..quotes + text.len()) == Some(text));
        Self { text, span, start: start.map(|quotes| span.start + quotes as u32) }
    }

    /// The text of a node's name or a property's key.
    pub(super) fn of_key(text: &'t str, span: Span) -> Self {
        let quotes = span.range().len().checked_sub(text.len());
        let start = quotes.filter(|quotes| matches!(quotes, 0 | 2)).map(|quotes| span.start + quotes as u32 / 2);
        Self { text, span, start }
    }

    /// The place of a part; of the whole string where that is all that can be told.
    fn part(&self, from: usize, to: usize) -> Span {
        match self.start {
            Some(start) => Span::new(self.span.file, start + from as u32, start + to as u32),
            None => self.span,
        }
    }

    fn problem(&self, from: usize, to: usize, code: crate::diag::Code, message: String) -> Diagnostic {
        Diagnostic::error(code, self.part(from, to), message)
    }
}

/// The template that a string stands for. A part that is wrong is diagnosed and stays as text.
pub(super) fn template(text: &Text<'_>, diagnostics: &mut Diagnostics) -> Template {
    let Some(first) = text.text.find('$') else { return Template::Literal(Value::string(text.text)) };
    let mut reader = Reader { text, at: 0, literal: String::new(), pieces: Vec::new() };
    if first == 0 && text.text.get(1..).and_then(leading_path).is_some() {
        match reader.reference(1, text.text.len()) {
            Ok((path, calls)) => return Template::Reference(path, calls),
            Err(problem) => {
                diagnostics.push(problem);
                return Template::Literal(Value::string(text.text));
            }
        }
    }
    while let Some(dollar) = text.text.get(reader.at..).and_then(|rest| rest.find('$')) {
        reader.dollar(reader.at + dollar, diagnostics);
    }
    reader.literal.push_str(text.text.get(reader.at..).unwrap_or_default());
    reader.finish()
}

/// The path that a text begins with, where nothing follows it but functions.
fn leading_path(text: &str) -> Option<Path> {
    let is_closed = !text.contains('|') || closing(&format!("{text}}}")) == Some(text.len());
    Path::read(split_outside_quotes(text, '|').next()?.1.trim_end()).filter(|_| is_closed)
}

/// What a part of a text refers to that a name of the language begins, and what is done to it.
pub(super) fn reference(text: &Text<'_>, inner: std::ops::Range<usize>) -> Result<(Path, Vec<Call>), Diagnostic> {
    let reader = Reader { text, at: 0, literal: String::new(), pieces: Vec::new() };
    reader.reference(inner.start, inner.end)
}

/// Whether a character may stand in a part of a path.
fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

struct Reader<'r, 't> {
    text: &'r Text<'t>,
    /// What is read up to.
    at: usize,
    literal: String,
    pieces: Vec<Piece>,
}

impl Reader<'_, '_> {
    /// Reads up to a dollar and what it starts.
    fn dollar(&mut self, dollar: usize, diagnostics: &mut Diagnostics) {
        let text = self.text.text;
        self.literal.push_str(text.get(self.at..dollar).unwrap_or_default());
        let rest = text.get(dollar + 1..).unwrap_or_default();
        match rest.as_bytes().first() {
            Some(b'$') => {
                self.literal.push('$');
                self.at = dollar + 2;
            }
            Some(b'{') => self.interpolation(dollar, diagnostics),
            _ => {
                diagnostics.push(self.lone_dollar(dollar, rest));
                self.literal.push('$');
                self.at = dollar + 1;
            }
        }
    }

    fn lone_dollar(&self, dollar: usize, rest: &str) -> Diagnostic {
        let length = rest.find(|character| !is_name(character) && character != '.').unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().trim_end_matches('.');
        let end = dollar + 1 + name.len();
        let problem = |message| self.text.problem(dollar, end, code::MALFORMED_PATH, message);
        if name.is_empty() {
            let problem = problem("a dollar that starts nothing".to_owned());
            return problem.help("write `$$` for a dollar").fix("double the dollar", self.text.part(dollar, end), "$$");
        }
        let problem = problem(format!("`${name}` inside a text"));
        let help = format!("write `${{{name}}}` to put its value into the text, or `$$` for a dollar");
        let fixed = format!("${{{name}}}");
        match self.text.start {
            Some(_) => problem.help(help).fix("put it in braces", self.text.part(dollar, end), fixed),
            None => problem.help(help),
        }
    }

    fn interpolation(&mut self, dollar: usize, diagnostics: &mut Diagnostics) {
        let text = self.text.text;
        let inner = dollar + 2;
        if let Some(told) = self.doubled(dollar) {
            let (problem, end) = told;
            diagnostics.push(problem);
            self.literal.push_str(text.get(dollar..end).unwrap_or_default());
            self.at = end;
            return;
        }
        let Some(length) = closing(text.get(inner..).unwrap_or_default()) else {
            let message = "`${` is never closed".to_owned();
            let problem = self.text.problem(dollar, inner, code::UNTERMINATED_INTERPOLATION, message);
            diagnostics.push(problem.help("close it with `}`, or write `$$` for a dollar"));
            self.literal.push_str(text.get(dollar..).unwrap_or_default());
            self.at = text.len();
            return;
        };
        self.at = inner + length + 1;
        match self.reference(inner, inner + length) {
            Ok((path, calls)) => {
                self.flush();
                self.pieces.push(Piece::Value { path, calls });
            }
            Err(problem) => {
                diagnostics.push(problem);
                self.literal.push_str(text.get(dollar..self.at).unwrap_or_default());
            }
        }
    }

    /// `${{ path }}`, as GitHub's workflows have it, and where it ends.
    fn doubled(&self, dollar: usize) -> Option<(Diagnostic, usize)> {
        let inner = self.text.text.get(dollar..)?.strip_prefix("${{")?;
        let inner = inner.get(..inner.find("}}")?)?;
        let end = dollar + inner.len() + 5;
        let whole = self.text.text.get(dollar..end)?;
        let path = inner.trim();
        let problem = self.text.problem(dollar, end, code::MALFORMED_PATH, format!("`{whole}` has one brace too many"));
        let as_it_is = format!("where it is meant for another tool, write `$${{{{{inner}}}}}`");
        let problem = if Path::read(path).is_some() {
            let mended = format!("${{{path}}}");
            let problem = problem.help(format!("write `{mended}`; {as_it_is}"));
            self.text.start.map_or(problem.clone(), |_| problem.fix("take it out", self.text.part(dollar, end), mended))
        } else {
            problem.help(format!("a value is put in by its path: `${{spec.size}}`; {as_it_is}"))
        };
        Some((problem, end))
    }

    /// What stands between the braces, or behind the dollar.
    fn reference(&self, from: usize, to: usize) -> Result<(Path, Vec<Call>), Diagnostic> {
        let inner = self.text.text.get(from..to).unwrap_or_default();
        let mut parts = split_outside_quotes(inner, '|');
        let (start, written) = parts.next().unwrap_or((0, ""));
        let lead = written.len() - written.trim_start().len();
        let name = written.trim();
        let (start, end) = (from + start + lead, from + start + lead + name.len());
        let path = Path::read(name.strip_prefix('$').unwrap_or(name)).ok_or_else(|| {
            let (message, start) = match name {
                "" => ("an interpolation without a path".to_owned(), from - 2),
                _ => (format!("`{name}` is no path"), start),
            };
            let end = if name.is_empty() { to + 1 } else { end };
            let problem = self.text.problem(start, end, code::MALFORMED_PATH, message);
            problem.help("a path is made of names with dots between: `${spec.size}`")
        })?;
        let calls = parts.map(|(start, part)| self.call(from + start, part)).collect::<Result<_, _>>()?;
        Ok((path, calls))
    }

    /// A function behind a path.
    fn call(&self, start: usize, written: &str) -> Result<Call, Diagnostic> {
        calls::read(written).map_err(|wrong| {
            let (from, to) = (start + wrong.at.start, start + wrong.at.end);
            let problem = self.text.problem(from, to, wrong.code, wrong.message);
            match (wrong.meant, self.text.start) {
                (Some(near), Some(_)) => problem.did_you_mean(Some(near)),
                (Some(near), None) => problem.help(format!("did you mean `{near}`?")),
                (None, _) => problem.help(wrong.help),
            }
        })
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.literal).into()));
        }
    }

    fn finish(mut self) -> Template {
        if self.pieces.is_empty() {
            return Template::Literal(Value::string(self.literal));
        }
        self.flush();
        Template::Text(self.pieces)
    }
}

/// The offset of the brace that closes an interpolation; braces in quotes do not.
fn closing(text: &str) -> Option<usize> {
    split_outside_quotes(text, '}').next().map(|(_, part)| part.len()).filter(|length| *length < text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Origin};

    /// Every text of some length of the characters that mean something here.
    fn texts(most: usize) -> Vec<String> {
        let (mut all, mut last) = (vec![String::new()], vec![String::new()]);
        for _ in 0..most {
            last = last.iter().flat_map(|text| "'\"|}{ a$\n".chars().map(move |one| format!("{text}{one}"))).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    fn read(text: &str) -> Option<Template> {
        let mut diagnostics = Diagnostics::default();
        let span = Span::new(FileId(0), 0, 0);
        let template = template(&Text::of_key(text, span), &mut diagnostics);
        diagnostics.is_empty().then_some(template)
    }

    #[test]
    fn what_is_read_is_written_so_that_it_is_read_again() {
        let mut with_calls = 0;
        for argument in texts(4) {
            let whole = format!("$a | default {argument} | lower");
            for text in [format!("${{a | default {argument}}} b"), format!("${{a|join {argument} | upper}}"), whole] {
                let Some(first) = read(&text) else { continue };
                with_calls += usize::from(matches!(&first, Template::Text(_) | Template::Reference(..)));
                let written = first.written(Origin::Nowhere);
                assert_eq!(read(written.as_str().unwrap()).as_ref(), Some(&first), "{text:?}: {written:?}");
            }
        }
        assert!(with_calls > 2_000, "{with_calls}");
    }
}
