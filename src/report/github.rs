//! Diagnostics as the workflow commands that GitHub turns into annotations of a pull request.

use super::clean::clean;
use super::counted;
use super::finding::{Finding, Level, changes, findings};
use super::help::help_lines;
use super::subject::Subject;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::source::Sources;
use std::fmt::Write;

/// GitHub shows this many annotations of a kind for a step.
const MOST_OF_A_KIND: usize = 10;

/// One `::error` or `::warning` command a line, errors first: at most ten of each, then a notice with the count of
/// the rest. `root` stands before each file's name: the project's folder below the repository's, empty or with
/// a `/` at its end.
pub fn github(diagnostics: &Diagnostics, sources: &Sources, root: &str) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Advice] {
        for diagnostic in diagnostics.iter().filter(|item| item.severity == severity).take(MOST_OF_A_KIND) {
            write_one(&mut out, diagnostic, sources, root);
            shown += 1;
        }
    }
    if shown < diagnostics.len() {
        let rest = counted(diagnostics.len() - shown, "more problem");
        let _ = writeln!(out, "::notice title=plat::{rest} not shown here; see the log of `plat check`");
    }
    out
}

fn write_one(out: &mut String, diagnostic: &Diagnostic, sources: &Sources, root: &str) {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let span = diagnostic.primary.span;
    let file = sources.file(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    let file = property(&format!("{root}{}", file.name));
    let _ = write!(out, "::{command} file={file},line={},endLine={},", start.line, end.line);
    // Columns across lines are refused.
    if start.line == end.line {
        let _ = write!(out, "col={},endColumn={},", start.column, end.column.max(start.column + 1) - 1);
    }
    let mut message = diagnostic.message.clone();
    if !diagnostic.primary.text.is_empty() {
        let _ = write!(message, ": {}", diagnostic.primary.text);
    }
    for other in &diagnostic.others {
        let _ = write!(message, "\n{}: {}", sources.location(other.span), other.text);
    }
    for line in help_lines(diagnostic) {
        let _ = write!(message, "\nhelp: {line}");
    }
    let _ = writeln!(out, "title={}::{}", property(diagnostic.code.id), data(&message));
}

/// The annotations of a whole run: what somebody should look at, then each change of the plan at the line of KDL that
/// caused it. At most ten of each kind; the last line says how many more there are.
pub(super) fn annotations(subject: &Subject<'_>) -> String {
    let mut all = findings(subject);
    all.extend(subject.plan.map(changes).unwrap_or_default());
    let mut out = String::new();
    let mut shown = 0;
    for level in [Level::Error, Level::Warning, Level::Note] {
        // One notice is kept free for the count of the rest.
        let of_level = all.iter().filter(|finding| finding.level == level);
        let most = if level == Level::Note { MOST_OF_A_KIND - 1 } else { MOST_OF_A_KIND };
        for finding in of_level.take(most) {
            out.push_str(&annotation(finding, subject.root));
            shown += 1;
        }
    }
    let rest = all.len() - shown + subject.diagnostics.untold();
    if rest > 0 {
        let _ = writeln!(
            out,
            "::notice title=plat::{rest} more not shown here; see the output of `plat {}`",
            subject.command
        );
    }
    out
}

fn annotation(finding: &Finding, root: &str) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut place = String::new();
    if let Some(spot) = &finding.spot {
        let _ = write!(
            place,
            "file={},line={},endLine={},",
            property(&format!("{root}{}", spot.file)),
            spot.line,
            spot.end_line
        );
        match spot.end_column {
            // Columns across lines are refused.
            Some(end) if spot.line == spot.end_line => {
                let _ = write!(place, "col={},endColumn={end},", spot.column);
            }
            Some(_) | None => {}
        }
    }
    format!("::{command} {place}title={}::{}\n", property(&clean(&finding.title)), data(&clean(&finding.message)))
}

/// Escapes what stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::code::NOT_UTF8;
    use crate::report::fixture::{one, sources, span};
    use crate::source::{FileId, Span};

    #[test]
    fn a_command_names_the_place_and_escapes_its_words() {
        let sources = sources(&[("a,b:c.kdl", "x\r\n\té 100%\r\n")]);
        let diagnostic =
            Diagnostic::error(NOT_UTF8, span(&sources, 0, "100%"), "100% wrong").label("here").help("a\nb");
        assert_eq!(
            github(&one(diagnostic), &sources, "platform/"),
            "::error file=platform/a%2Cb%3Ac.kdl,line=2,endLine=2,col=4,endColumn=7,\
             title=E0100::100%25 wrong: here%0Ahelp: a%0Ahelp: b\n"
        );
    }

    #[test]
    fn a_place_over_lines_has_no_columns_and_an_empty_one_has_one() {
        let sources = sources(&[("a.kdl", "a {\n}\n"), ("b.kdl", "")]);
        let mut diagnostics = one(Diagnostic::error(NOT_UTF8, Span::new(FileId(0), 0, 5), "whole"));
        diagnostics.push(Diagnostic::warning(NOT_UTF8, Span::start_of(FileId(1)), "empty"));
        assert_eq!(
            github(&diagnostics, &sources, ""),
            "::error file=a.kdl,line=1,endLine=2,title=E0100::whole\n\
             ::warning file=b.kdl,line=1,endLine=1,col=1,endColumn=1,title=E0100::empty\n"
        );
    }

    #[test]
    fn errors_come_first_and_the_rest_is_counted() {
        let sources = sources(&[("a.kdl", "a")]);
        let mut diagnostics = Diagnostics::default();
        for number in 0..15 {
            diagnostics.push(Diagnostic::warning(NOT_UTF8, Span::start_of(FileId(0)), format!("w{number}")));
            diagnostics.push(Diagnostic::error(NOT_UTF8, Span::start_of(FileId(0)), format!("e{number}")));
        }
        let out = github(&diagnostics, &sources, "");
        let kinds: Vec<&str> = out.lines().map(|line| line.split(' ').next().unwrap()).collect();
        let expected: Vec<&str> = [vec!["::error"; 10], vec!["::warning"; 10], vec!["::notice"]].concat();
        assert_eq!(kinds, expected);
        assert!(out.ends_with("::notice title=plat::10 more problems not shown here; see the log of `plat check`\n"));
    }
}
