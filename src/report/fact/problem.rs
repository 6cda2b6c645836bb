//! Problems of texts, and tests that failed.

use super::{Fact, Level, Spot};
use crate::diag::{Diagnostic, Severity};
use crate::report::help::help_lines;
use crate::report::subject::Subject;
use crate::source::Sources;
use crate::verify::TestResult;

/// Every problem of the texts.
pub(super) fn problems<'a>(subject: &Subject<'a>) -> impl Iterator<Item = Fact<'a>> + use<'a> {
    let sources = subject.sources;
    subject.diagnostics.iter().map(|diagnostic| problem(diagnostic, sources))
}

/// A problem of a text, with its other places and its help.
pub(in crate::report) fn problem<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Fact<'a> {
    let span = diagnostic.primary.span();
    let range = Spot::of_span(span, sources);
    // Where it is has to be told in words where it is no place of the repository.
    let mut sentence = if range.is_none() { format!("{}: ", sources.place(span)) } else { String::new() };
    sentence.push_str(&diagnostic.message);
    if !diagnostic.primary.text.is_empty() {
        sentence.push_str(&format!(": {}", diagnostic.primary.text));
    }
    let others = diagnostic.others.iter().map(|other| format!("{}: {}", sources.place(other.span()), other.text));
    let help = help_lines(diagnostic).into_iter().map(|line| format!("help: {line}"));
    Fact {
        rule: diagnostic.code.id.into(),
        title: diagnostic.code.title.into(),
        level: match diagnostic.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Advice => Level::Note,
        },
        sentence,
        rest: others.chain(help).map(|line| (line, None)).collect(),
        key: Some(format!("{} {}", sources.path(span.file), diagnostic.message)),
        range,
        cause: diagnostic.cause().map(|cause| format!("{cause:?}")),
        ..Fact::default()
    }
}

/// What did not hold in a test.
pub(super) fn failures<'a>(test: &'a TestResult, sources: &'a Sources) -> impl Iterator<Item = Fact<'a>> {
    test.failures.iter().map(|failure| Fact {
        rule: "test".into(),
        title: "a test failed".into(),
        level: Level::Error,
        subject: test.description.clone(),
        sentence: failure.message.clone(),
        rest: failure.diff.iter().flat_map(|diff| diff.lines()).map(|line| (line.to_owned(), None)).collect(),
        key: Some(format!("{} {}", test.description, failure.message)),
        range: Spot::of_span(failure.span.shown(), sources),
        ..Fact::default()
    })
}

/// A file that is not in its canonical form, from a line on; `format` is the command that writes it.
pub(in crate::report) fn unformatted<'a>(file: &str, line: u32, format: &str) -> Fact<'a> {
    Fact {
        rule: "fmt".into(),
        title: "not in its canonical form".into(),
        level: Level::Error,
        sentence: format!("from here on, the canonical form is another one; to write it: {format}"),
        key: Some(file.to_owned()),
        range: Some(Spot { file: file.to_owned(), line, column: 1, end_line: line, end_column: None }),
        ..Fact::default()
    }
}
