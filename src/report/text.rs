//! Diagnostics as plain text, for pipes and files: one line each, details indented below.

use super::cause::{by_cause, elsewhere};
use super::clean::one_line;
use super::help::help_lines;
use super::summary;
use crate::diag::{Diagnostic, Diagnostics, Label};
use crate::source::Sources;
use std::fmt::Write;

/// `file:line:column: error[E0201]: message` for each problem, or each cause of many, below it indented its labels and its help; at the
/// end the count. Columns count characters.
pub fn text(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let mut out = String::new();
    let location = |label: &Label| one_line(&sources.location(label.span())).into_owned();
    let causes = by_cause(diagnostics.iter(), Diagnostic::cause);
    for group in &causes {
        group.iter().take(1).for_each(|first| write_one(&mut out, first, &location));
        for line in elsewhere(group, |problem| location(problem.met()), |problem| problem.of_all().into()) {
            let _ = writeln!(out, "    {}", one_line(&line));
        }
    }
    if let Some(summary) = summary(diagnostics, causes.len()) {
        let _ = writeln!(out, "{summary}");
    }
    out
}

fn write_one(out: &mut String, diagnostic: &Diagnostic, location: &dyn Fn(&Label) -> String) {
    let Diagnostic { code, severity, message, primary, others, .. } = diagnostic;
    let _ = writeln!(out, "{}: {}[{code}]: {}", location(primary), severity.word(), one_line(message));
    if !primary.text.is_empty() {
        let _ = writeln!(out, "    {}", one_line(&primary.text));
    }
    for other in others {
        let _ = writeln!(out, "    {}: {}", location(other), one_line(&other.text));
    }
    for line in help_lines(diagnostic) {
        let _ = writeln!(out, "    help: {}", one_line(&line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::code::NOT_UTF8;
    use crate::report::fixture::{one, sources, span};
    use crate::source::{FileId, Span};

    #[test]
    fn a_problem_is_one_line_with_its_details_below() {
        let sources = sources(&[("a.kdl", "x\r\n\té blueprnt\r\n"), ("b.kdl", "")]);
        let diagnostic = Diagnostic::error(NOT_UTF8, span(&sources, 0, "blueprnt"), "unknown node\n`blueprnt`")
            .label("not a node")
            .other(Span::start_of(FileId(1)), "an empty file")
            .did_you_mean(Some("blueprint"))
            .fix("remove it", span(&sources, 0, "blueprnt"), "");
        assert_eq!(
            text(&one(diagnostic), &sources),
            "\
a.kdl:2:4: error[E0100]: unknown node `blueprnt`
    not a node
    b.kdl:1:1: an empty file
    help: did you mean `blueprint`?
    help: remove it
1 error
"
        );
    }

    #[test]
    fn no_problem_is_no_text() {
        assert_eq!(text(&Diagnostics::default(), &Sources::default()), "");
    }

    #[test]
    fn the_end_of_a_file_and_severities_have_their_words() {
        let sources = sources(&[("a.kdl", "a\nb")]);
        let mut diagnostics = one(Diagnostic::warning(NOT_UTF8, Span::new(FileId(0), 3, 3), "ends early"));
        diagnostics.push(Diagnostic::warning(NOT_UTF8, Span::new(FileId(0), 90, 95), "is behind the end"));
        assert_eq!(
            text(&diagnostics, &sources),
            "a.kdl:2:2: warning[E0100]: ends early\na.kdl:2:2: warning[E0100]: is behind the end\n2 warnings\n"
        );
    }
}
