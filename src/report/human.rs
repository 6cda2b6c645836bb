//! Diagnostics for a person at a terminal, drawn by `miette`.

use super::cause::{by_cause, elsewhere};
use super::clean::{clean, one_line};
use super::excerpt::{Excerpt, place};
use super::help::help_lines;
use super::{Color, Style, Symbols, counted, summary};
use crate::diag::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::{FileId, Sources};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeCharacters, ThemeStyles};
use std::fmt::{self, Write};

/// More problems than this are only counted.
const MOST_SHOWN: usize = 100;
/// More other places of one problem than this are only counted.
const MOST_PLACES: usize = 8;

/// Draws diagnostics with the lines that they speak of, then their count. Of more than a hundred, errors are shown first.
pub fn human(diagnostics: &Diagnostics, sources: &Sources, style: Style) -> String {
    let causes = by_cause(diagnostics.iter(), Diagnostic::cause);
    let Some(summary) = summary(diagnostics, causes.len()) else { return String::new() };
    let handler = handler(style);
    let mut out = String::new();
    let shown = chosen(causes);
    for group in &shown {
        for piece in pieces(group, sources) {
            if handler.render_report(&mut out, &piece).is_err() {
                let _ = writeln!(out, "  {piece}"); // the words matter more than the picture
            }
        }
        out.push('\n');
    }
    let rest = diagnostics.len() - shown.iter().map(Vec::len).sum::<usize>();
    if rest > 0 {
        let _ = writeln!(out, "{} not shown", counted(rest, "more problem"));
    }
    let _ = writeln!(out, "{summary}");
    let _ = writeln!(out, "{}", explain_hint(&shown));
    out
}

/// The first problems of causes, errors before others if there are too many, in their own order.
fn chosen(causes: Vec<Vec<&Diagnostic>>) -> Vec<Vec<&Diagnostic>> {
    let mut ranked: Vec<(usize, Vec<&Diagnostic>)> = causes.into_iter().enumerate().collect();
    ranked.sort_by_key(|(_, group)| group.first().map(|first| first.severity));
    ranked.truncate(MOST_SHOWN);
    ranked.sort_by_key(|(index, _)| *index);
    ranked.into_iter().map(|(_, group)| group).collect()
}

/// Where to read more: one command for the codes that were shown.
fn explain_hint(shown: &[Vec<&Diagnostic>]) -> String {
    let mut codes: Vec<&str> = shown.iter().flatten().map(|diagnostic| diagnostic.code.id).collect();
    codes.sort_unstable();
    codes.dedup();
    let (first, others) = codes.split_first().map_or(("", &[][..]), |(first, others)| (*first, others));
    match others {
        [] => format!("more about it: plat explain {first}"),
        others => format!("more about each: plat explain {first} (or {})", others.join(", ")),
    }
}

fn handler(style: Style) -> GraphicalReportHandler {
    let styles = match style.color {
        Color::Always => ThemeStyles::ansi(),
        Color::Never => ThemeStyles::none(),
    };
    let characters = match style.symbols {
        Symbols::Unicode => ThemeCharacters::unicode(),
        Symbols::Ascii => ThemeCharacters::ascii(),
    };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .without_syntax_highlighting()
        .with_width(style.width.max(20))
}

/// What `miette` draws at once: the labels of one file under one message.
#[derive(Debug)]
struct Piece<'s> {
    code: Option<String>,
    severity: Severity,
    message: String,
    excerpt: Excerpt<'s>,
    labels: Vec<LabeledSpan>,
    help: Option<String>,
}

/// The piece of the primary place's file, then one for each place in another file. The last one holds the help, and where the others
/// of the same cause are.
fn pieces<'s>(group: &[&Diagnostic], sources: &'s Sources) -> Vec<Piece<'s>> {
    let Some(diagnostic) = group.first() else { return Vec::new() };
    let home = diagnostic.primary.span().file;
    let shown = &diagnostic.others[..diagnostic.others.len().min(MOST_PLACES)];
    let mut labels: Vec<(&Label, bool)> = vec![(&diagnostic.primary, true)];
    labels.extend(shown.iter().filter(|label| label.span().file == home).map(|label| (label, false)));
    let mut pieces = vec![Piece {
        code: Some(format!("{}[{}]", diagnostic.severity.word(), diagnostic.code)),
        severity: diagnostic.severity,
        message: clean(&diagnostic.message).into_owned(),
        ..Piece::of(sources, home, &labels)
    }];
    for label in shown.iter().filter(|label| label.span().file != home) {
        let bare = Label { origin: label.origin, text: String::new() };
        let message = clean(&label.text).into_owned();
        pieces.push(Piece { message, ..Piece::of(sources, label.span().file, &[(&bare, true)]) });
    }
    let mut help = help_lines(diagnostic);
    let more = diagnostic.others.len() - shown.len();
    if more > 0 {
        help.push(format!("{} not shown", counted(more, "more place")));
    }
    let place = |problem: &Diagnostic| sources.location(problem.met().span());
    let others = elsewhere(group, place, |problem| problem.of_all().into());
    help.extend(others.iter().map(|line| clean(line).into_owned()));
    if let Some(last) = pieces.last_mut() {
        last.help = (!help.is_empty()).then(|| help.join("\n"));
    }
    pieces
}

impl<'s> Piece<'s> {
    /// Advice without words about labels of one file; true marks the one whose position is in the title.
    fn of(sources: &'s Sources, id: FileId, labels: &[(&Label, bool)]) -> Self {
        let file = sources.file(id);
        let drawn = labels.iter().map(|(label, is_primary)| {
            let text = Some(one_line(&label.text).into_owned()).filter(|text| !text.is_empty());
            let range = place(file, label.span());
            let span = (range.start, range.len());
            if *is_primary {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        });
        Self {
            code: None,
            severity: Severity::Advice,
            message: String::new(),
            excerpt: Excerpt::new(file, labels.iter().map(|(label, _)| label.span())),
            labels: drawn.collect(),
            help: None,
        }
    }
}

impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Piece<'_> {}

impl miette::Diagnostic for Piece<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as _)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests;
