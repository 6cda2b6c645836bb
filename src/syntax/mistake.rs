use super::character::Class;
use super::parser::Parser;
use super::tree::Range;
use crate::diag::{Diagnostic, Edit, code};
use crate::source::Span;

/// How many mistakes of one file are told: a file that is no KDL at all has as many as it has lines.
const MOST: usize = 200;

/// What is said about each mistake.
impl Parser<'_> {
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.tree.file(), start, end)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if self.recovering {
            return;
        }
        self.mistakes += 1;
        if self.mistakes < MOST {
            self.diagnostics.push(diagnostic);
        } else if self.mistakes == MOST {
            let help = "what is wrong behind this place is not listed";
            self.diagnostics.push(diagnostic.help(help));
        }
    }

    /// The end of the code point at an offset.
    pub(super) fn character_end(&self, at: u32) -> u32 {
        let character = self.tree.text()[at as usize..].chars().next();
        at + character.map_or(0, |character| character.len_utf8() as u32)
    }

    fn error(&self, code: crate::diag::Code, start: u32, end: u32, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.span(start, end), message)
    }

    pub(super) fn bad_number(&mut self, start: u32, end: u32) {
        let written = self.cursor.slice(start, end);
        let shown = shorten(written);
        let quoted = quote(written);
        if let Some((help, meant)) = with_comma(written) {
            let diagnostic = self.error(code::BAD_NUMBER, start, end, format!("`{shown}` is not a number"));
            let fixed = diagnostic.help(help).fix(format!("write `{meant}`"), self.span(start, end), meant);
            return self.report(fixed);
        }
        let diagnostic = self
            .error(code::BAD_NUMBER, start, end, format!("`{shown}` is not a number"))
            .label("begins like a number")
            .help("put it in quotes: quantities, durations, dates, times and versions are strings")
            .fix("put it in quotes", self.span(start, end), quoted);
        self.report(diagnostic);
    }

    pub(super) fn bare_keyword(&mut self, start: u32, end: u32) {
        if start == self.hashed {
            return;
        }
        let word = self.cursor.slice(start, end);
        let diagnostic = self
            .error(code::BARE_KEYWORD, start, end, format!("`{word}` without `#`"))
            .label("neither a word nor a value")
            .help(format!("write `#{word}` for the value, or `\"{word}\"` for the string"))
            .fix(format!("write `#{word}`"), self.span(start, end), format!("#{word}"));
        self.report(diagnostic);
    }

    /// A reserved word where only a string may stand: as the name of a node, a key or an annotation.
    pub(super) fn reserved_word(&mut self, start: u32, end: u32, place: &str) {
        let word = self.cursor.slice(start, end);
        let diagnostic = self
            .error(code::BARE_KEYWORD, start, end, format!("`{word}` without quotes is no {place}"))
            .label("a reserved word")
            .help(format!("write `\"{word}\"`"))
            .fix("put it in quotes", self.span(start, end), quote(word));
        self.report(diagnostic);
    }

    pub(super) fn unknown_keyword(&mut self, start: u32, end: u32) {
        let written = shorten(self.cursor.slice(start, end));
        let mut diagnostic = self
            .error(code::UNKNOWN_KEYWORD, start, end, format!("unknown keyword `{written}`"))
            .help(
                "put it in quotes where `#` is meant: the keywords are `#true`, `#false`, `#null`, `#inf`, `#-inf` and `#nan`, and a \
                 comment begins with `//`",
            );
        let known = ["#true", "#false", "#null"];
        if let Some(near) = crate::diag::suggest(&written, known) {
            diagnostic = diagnostic.did_you_mean(Some(near));
        } else if !written.contains('"') {
            diagnostic =
                diagnostic.fix("put it in quotes", self.span(start, end), quote(self.cursor.slice(start, end)));
        }
        self.report(diagnostic);
    }

    pub(super) fn old_raw_string(&mut self, start: u32, end: u32, hashes: u32) {
        let diagnostic = self
            .error(code::KDL_1, start, end, "a raw string of KDL 1")
            .label("KDL 2 writes `#\"...\"#`, without the `r`")
            .help("this file may be written in KDL 1; `plat` reads KDL 2");
        let diagnostic = if hashes > 0 {
            diagnostic.fix("remove the `r`", self.span(start, start + 1), "")
        } else {
            let body = self.cursor.slice(start + 1, end);
            diagnostic.fix("write it as KDL 2 does", self.span(start, end), format!("#{body}#"))
        };
        self.report(diagnostic);
    }

    pub(super) fn old_version(&mut self, start: u32, end: u32) {
        let diagnostic = self
            .error(code::KDL_1, start, end, "this file says that it is written in KDL 1")
            .label("the version of KDL")
            .help("`plat` reads KDL 2: rewrite the file, then say `/- kdl-version 2` or nothing")
            .fix("say KDL 2", self.span(start, end), "2");
        self.report(diagnostic);
    }

    pub(super) fn unterminated_string(&mut self, start: u32, opening: u32, closing: &str) {
        let at = self.cursor.at();
        self.is_cut_off |= self.cursor.class() == Class::End;
        self.forget_of_line(start);
        let lines = if opening == start + 1 {
            "close it with `\"` on its line; a text of several lines stands between `\"\"\"` and `\"\"\"`, each on a line of its own"
        } else {
            ""
        };
        let mut diagnostic = self
            .error(code::UNTERMINATED_STRING, start, opening, "a string without an end")
            .label(format!("opened here, never closed by `{closing}`"));
        if self.cursor.class() != Class::End || !lines.is_empty() {
            diagnostic = diagnostic.fix(format!("close it with `{closing}`"), self.span(at, at), closing);
        }
        if !lines.is_empty() {
            diagnostic = diagnostic.help(lines);
        }
        self.report(diagnostic);
    }

    /// Takes back what was told of a line up to a place: where its quotes do not pair, what is between them is taken for something else.
    fn forget_of_line(&mut self, place: u32) {
        if self.recovering || self.mistakes + 1 >= MOST {
            return;
        }
        let line = self.tree.text()[..place as usize].rfind(['\n', '\r']).map_or(0, |end| end + 1) as u32;
        let kept = self.diagnostics.iter().rev().skip_while(|told| told.primary.span().start >= line).count();
        self.diagnostics.truncate(kept);
        self.foreign_problem = self.foreign_problem.filter(|index| *index < kept);
    }

    pub(super) fn unterminated_comment(&mut self, start: u32) {
        self.is_cut_off |= self.cursor.class() == Class::End;
        let diagnostic = self
            .error(code::UNTERMINATED_COMMENT, start, start + 2, "a comment without an end")
            .label("opened here, never closed by `*/`")
            .help("comments nest: each `/*` inside of a comment needs its own `*/`; a pattern like `**/*.kdl` stands in quotes");
        self.report(diagnostic);
    }

    pub(super) fn unclosed_block(&mut self, brace: u32) {
        let mut diagnostic = self
            .error(code::UNCLOSED_BLOCK, brace, self.character_end(brace), "a block without an end")
            .label("opened here, never closed by `}`");
        let line = self.tree.text()[brace as usize..].lines().next().unwrap_or_default();
        diagnostic = diagnostic.help(if line.contains("://") {
            "KDL takes what follows `//` for a comment, a `}` too: put the address in quotes"
        } else {
            "write `}` where it ends"
        });
        self.report(diagnostic);
    }

    pub(super) fn doubled_brace(&mut self, brace: u32) {
        let diagnostic = self
            .error(code::UNCLOSED_BLOCK, brace, brace + 1, "`{` stands here twice")
            .label("only one of them is closed by `}`")
            .fix("remove it", self.span(brace, brace + 1), "");
        self.report(diagnostic);
    }

    pub(super) fn stray_brace(&mut self, start: u32) {
        let span = self.span(start, start + 1);
        let diagnostic = self
            .error(code::STRAY_BRACE, start, start + 1, "`}` without a block")
            .help("remove it, or look for a `}` too many above")
            .fix("remove it", span, "");
        self.report(diagnostic);
    }

    /// That a block ends before a line that is indented no deeper than it.
    pub(super) fn lost_end(&mut self, brace: u32, at: u32, indent: &str) {
        let line = at - self.indent(at).unwrap_or_default() as u32;
        let diagnostic = self
            .error(code::UNCLOSED_BLOCK, brace, self.character_end(brace), "a block without an end")
            .label("opened here, never closed by `}`")
            .other(self.span(at, self.character_end(at)), "indented less than what is in the block")
            .fix("close it before this line", self.span(line, line), format!("{indent}}}\n"));
        self.report(diagnostic);
    }

    /// That a node lacks the `{` of the block whose lines stand below it.
    pub(super) fn lost_begin(&mut self, start: u32, end: u32) {
        let diagnostic = self
            .error(code::STRAY_BRACE, start, end, "the block below this line is closed by `}` and not opened")
            .label("perhaps `{` is missing here: what follows is indented more")
            .fix("open it", self.span(end, end), " {");
        self.report(diagnostic);
    }

    pub(super) fn bad_escape(&mut self, start: u32, end: u32) {
        let shown = shorten(self.cursor.slice(start, end));
        let mut diagnostic = self.error(code::BAD_ESCAPE, start, end, format!("unknown escape `{shown}`")).help(
            "the escapes are `\\n` `\\r` `\\t` `\\\\` `\\\"` `\\b` `\\f` `\\s` and `\\u{...}`; \
             a raw string, `#\"...\"#`, takes backslashes as they are",
        );
        if shown.starts_with("\\u") {
            diagnostic =
                diagnostic.label("a code point is 1 to 6 hexadecimal digits in braces, up to 10ffff, surrogates aside");
        }
        let diagnostic = diagnostic.fix("double the backslash", self.span(start, start), "\\");
        self.report(diagnostic);
    }

    pub(super) fn bad_lines(&mut self, string: (u32, u32), place: (u32, u32), message: &str, help: &str) {
        let mut diagnostic = self.error(code::BAD_LINES, place.0, place.1, message).help(help);
        if string.0 != place.0 {
            diagnostic = diagnostic.other(self.span(string.0, string.1), "the string begins here");
        }
        self.report(diagnostic);
    }

    pub(super) fn banned_character(&mut self, start: u32) {
        let end = self.cursor.at();
        let first = self.cursor.slice(start, end).chars().next().map_or(0, u32::from);
        let diagnostic = self
            .error(
                code::BANNED_CHARACTER,
                start,
                end,
                format!("the invisible character U+{first:04X} may not stand in a file"),
            )
            .help(format!("remove it, or write `\\u{{{first:x}}}` inside of a quoted string"))
            .fix("remove it", self.span(start, end), "");
        self.report(diagnostic);
    }

    pub(super) fn too_deep(&mut self, brace: u32, cap: usize) {
        let diagnostic = self
            .error(code::TOO_DEEP, brace, brace + 1, format!("blocks are nested deeper than {cap}"))
            .label("this block and what is in it is left out");
        self.report(diagnostic);
    }

    pub(super) fn missing_space(&mut self, at: u32) {
        let end = self.character_end(at);
        let diagnostic = self
            .error(code::MISSING_SPACE, at, end, "no space between two values")
            .label("the second one begins here")
            .fix("put a space between them", self.span(at, at), " ");
        self.report(diagnostic);
    }

    /// Something that no bare word may hold.
    pub(super) fn bad_word(&mut self, start: u32, end: u32, mark: char) {
        let written = self.cursor.slice(start, end);
        // Single quotes around it are none.
        let inner = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let help = match inner {
            Some(inner) => format!("texts stand in double quotes: write `{}`", shorten(&quote(inner))),
            None => {
                // What is cut could not be copied.
                let is_shown = !written.contains(['"', '\\']) && written.chars().count() <= 100;
                let quoted = if is_shown { format!(", `{}`", quote(written)) } else { String::new() };
                format!(
                    "put it in quotes{quoted}: a word without quotes has no spaces and none of `\\ / ( ) {{ }} [ ] ; \" # =`"
                )
            }
        };
        let written = inner.unwrap_or(written);
        let diagnostic = self.error(code::BAD_WORD, start, end, format!("`{mark}` stands only in quotes")).help(help);
        let diagnostic = if written.contains(['"', '\\']) {
            diagnostic
        } else {
            diagnostic.fix("put it in quotes", self.span(start, end), quote(written))
        };
        self.report(diagnostic);
    }

    pub(super) fn stray_backslash(&mut self, start: u32) {
        let diagnostic = self
            .error(code::BAD_WORD, start, start + 1, "`\\` stands only at the end of a line or in quotes")
            .label("continues the line only where the line ends behind it")
            .help("put the value in quotes; a raw string, `#\"...\"#`, takes backslashes as they are");
        self.report(diagnostic);
    }

    pub(super) fn no_name(&mut self, start: u32, end: u32, label: &str) {
        let diagnostic = self
            .error(code::NO_NAME, start, end, "a node without a name")
            .label(label)
            .help("each node begins with its name, a word or a quoted string");
        self.report(diagnostic);
    }

    pub(super) fn stray_semicolon(&mut self, start: u32) {
        let diagnostic = self
            .error(code::NO_NAME, start, start + 1, "`;` without a node before it")
            .label("ends no node")
            .fix("remove it", self.span(start, start + 1), "");
        self.report(diagnostic);
    }

    pub(super) fn no_value(&mut self, start: u32, end: u32, label: &str) {
        let diagnostic = self
            .error(code::NO_VALUE, start, end, "a value is missing")
            .label(label)
            .help("an empty string is written `\"\"`");
        self.report(diagnostic);
    }

    /// Parentheses with nothing behind them: what is in them was likely meant as the value.
    pub(super) fn annotation_of_nothing(&mut self, annotation: u32) {
        let Some(data) = self.tree.annotations.get(annotation as usize) else { return };
        let Range { start, end } = data.range;
        let word = shorten(self.cursor.slice(start + 1, end - 1).trim());
        let gone = |start, end| Edit { span: self.span(start, end), text: String::new() };
        let edits = vec![gone(start, start + 1), gone(end - 1, end)];
        let diagnostic = self
            .error(code::NO_VALUE, start, end, "a value is missing")
            .label("an annotation of nothing")
            .help(format!("write `{word}` without parentheses, or the value behind them"))
            .fix_all("take the parentheses away", edits);
        self.report(diagnostic);
    }

    pub(super) fn number_as_name(&mut self, start: u32, end: u32) {
        let written = self.cursor.slice(start, end);
        let message = format!("`{}` without quotes is no name of a node", shorten(written));
        let diagnostic = self.error(code::NO_NAME, start, end, message).label("begins like a number").fix(
            "put it in quotes",
            self.span(start, end),
            quote(written),
        );
        self.report(diagnostic);
    }

    pub(super) fn number_as_key(&mut self, start: u32, end: u32) {
        let written = self.cursor.slice(start, end);
        let message = format!("`{}` without quotes is no key", shorten(written));
        let diagnostic = self.error(code::NO_KEY, start, end, message).label("begins like a number").fix(
            "put it in quotes",
            self.span(start, end),
            quote(written),
        );
        self.report(diagnostic);
    }

    pub(super) fn annotated_key(&mut self, start: u32, end: u32) {
        let diagnostic = self
            .error(code::BAD_ANNOTATION, start, end, "an annotation before the key of a property")
            .label("stands before a value or a node")
            .help("write it behind the `=`, as in `key=(type)value`");
        self.report(diagnostic);
    }

    /// Tells of what is no annotation, once for what stands on one line.
    pub(super) fn bad_annotation(&mut self, start: u32, end: u32) {
        let between = std::mem::replace(&mut self.annotated, end)..start;
        let between = self.tree.text().get(between.start as usize..between.end as usize);
        if between.is_some_and(|between| !between.contains(['\n', ';', '{', '}'])) {
            self.mistakes += 1;
            return;
        }
        let diagnostic = self
            .error(code::BAD_ANNOTATION, start, end, "an annotation is one string in parentheses")
            .help("write it as `(type)`, before a value or a node; parentheses as part of a value stand in quotes");
        let is_line = self.is_all_of_a_node(start, end);
        let [open, close] = [(start, start + 1), (end.saturating_sub(1), end)];
        let edit = |(start, end)| Edit { span: self.span(start, end), text: String::new() };
        let edits = if is_line { vec![edit(open), edit(close)] } else { Vec::new() };
        self.report(diagnostic.fix_all("take the parentheses away", edits));
    }

    /// Whether parentheses hold all that a node consists of, which is several words.
    fn is_all_of_a_node(&self, start: u32, end: u32) -> bool {
        let spaces = [' ', '\t'];
        let text = self.tree.text();
        let sides = (text.get(..start as usize), text.get(end as usize..), text.get(start as usize..end as usize));
        let (Some(before), Some(behind), Some(group)) = sides else { return false };
        let (before, behind) = (before.trim_end_matches(spaces), behind.trim_start_matches(spaces));
        group.ends_with(')')
            && group.trim_matches(['(', ')', ' ']).contains(' ')
            && (before.is_empty() || before.ends_with(['\n', '{', ';']))
            && (behind.is_empty() || behind.starts_with(['\n', '\r', '}', ';']))
    }

    pub(super) fn empty_slashdash(&mut self, start: u32) {
        let diagnostic = self
            .error(code::EMPTY_SLASHDASH, start, start + 2, "`/-` without something to leave out")
            .label("leaves out the node, the value or the block that follows it")
            .fix("remove it", self.span(start, start + 2), "");
        self.report(diagnostic);
    }

    pub(super) fn after_block(&mut self, at: u32, block: u32) {
        if let Some(start) = start_of_unquoted(self.tree.text(), block) {
            let (before, behind) = self.tree.text().split_at(at as usize);
            let glued = behind.find([' ', '\t', ';', '}', '\n', '\r']).unwrap_or(behind.len());
            let end = if before.ends_with('}') { before.len() + glued } else { before.trim_end().len() } as u32;
            return self.report(unquoted(self.tree.text(), self.span(start, end)));
        }
        let diagnostic = self
            .error(code::AFTER_BLOCK, at, self.character_end(at), "a node ends with its block")
            .label("stands behind the block")
            .other(self.span(block, self.character_end(block)), "the block begins here")
            .help("values stand before the block; the next node begins on its own line or behind a `;`");
        self.report(diagnostic);
    }
}

/// Where the word begins that ends in a dollar right before a brace: something like `${path}`, which stands in quotes.
pub(super) fn start_of_unquoted(text: &str, brace: u32) -> Option<u32> {
    let before = text.get(..brace as usize)?;
    let word = before.rsplit([' ', '\t', '\n', '\r', ';', '{', '=']).next()?;
    word.ends_with('$').then(|| (before.len() - word.len()) as u32)
}

/// That a text with a value put in lacks its quotes.
pub(super) fn unquoted(text: &str, span: Span) -> Diagnostic {
    let written = &text[span.range()];
    let path = written.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let help = match path.filter(|path| !path.contains(['{', ' ', '|'])) {
        Some(path) => format!("write `\"{written}\"`, or `${path}` for the value with its type"),
        None => format!("write `\"{written}\"`"),
    };
    let message = format!("`{written}` stands only in quotes: to KDL, `{{` begins a block");
    Diagnostic::error(code::BAD_WORD, span, message).help(help).fix("put it in quotes", span, format!("\"{written}\""))
}

/// What a number with commas in it was likely meant as: a fraction, thousands, or several numbers.
fn with_comma(written: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = written.strip_prefix(['-', '+']).unwrap_or(written).split(',').collect();
    let is_digits = |part: &&str| !part.is_empty() && part.len() < 20 && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() < 2 || !parts.iter().all(is_digits) {
        return None;
    }
    let (several, fraction, whole) = (written.replace(',', " "), written.replace(',', "."), written.replace(',', "_"));
    let is_thousands = parts.first().is_some_and(|first| first.len() <= 3 && !first.starts_with('0'))
        && parts.iter().skip(1).all(|part| part.len() == 3);
    Some(match (is_thousands, parts.len()) {
        (true, _) => (format!("a comma parts no number: write `{whole}`, or `{several}` for several"), whole),
        (false, 2) => {
            (format!("a fraction stands behind a point: write `{fraction}`, or `{several}` for two"), fraction)
        }
        (false, _) => (format!("a space stands between two values: write `{several}`"), several),
    })
}

/// A text as a quoted string of one line.
pub(super) fn quote(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '\\' | '"' => format!("\\{character}"),
        '\n' => "\\n".to_owned(),
        other if Class::of(other) == Class::Newline => format!("\\u{{{:x}}}", u32::from(other)),
        other => other.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// The first line of a text, and at most 40 characters of it: a message is one line.
fn shorten(text: &str) -> String {
    let ends =
        |(count, (_, character)): &(usize, (usize, char))| *count == 40 || Class::of(*character) == Class::Newline;
    match text.char_indices().enumerate().find(ends) {
        Some((_, (end, _))) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
