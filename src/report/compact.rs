//! Problems as editors look for them in what a program prints: a line each.

use super::clean::one_line;
use super::help::help_lines;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Sources, Span};
use std::fmt::Write;

/// `path:line:column: error[E0402]: message` for each problem, with what its label and its help say behind that; none is left out because
/// others have the same cause. `way` leads to the project's folder from where the paths are to start: empty, or with a `/` at its end.
/// Columns count characters.
pub fn compact(diagnostics: &Diagnostics, sources: &Sources, way: &str) -> String {
    diagnostics.iter().fold(String::new(), |mut out, diagnostic| {
        let Diagnostic { code, severity, message, primary, .. } = diagnostic;
        let label = Some(primary.text.clone()).filter(|text| !text.is_empty());
        let help = help_lines(diagnostic).into_iter().map(|line| format!("help: {line}"));
        let said: Vec<String> = [message.clone()].into_iter().chain(label).chain(help).collect();
        let place = place(sources, primary.span(), way);
        let _ = writeln!(out, "{}: {}[{code}]: {}", one_line(&place), severity.word(), one_line(&said.join("; ")));
        out
    })
}

fn place(sources: &Sources, span: Span, way: &str) -> String {
    let is_in_folder = sources.file(sources.written(span).span.file).is_in_folder();
    format!("{}{}", if is_in_folder { way } else { "" }, sources.location(span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::code::NOT_UTF8;
    use crate::report::fixture::{one, sources, span};

    #[test]
    fn a_problem_is_one_line_with_all_that_is_said_of_it() {
        let sources = sources(&[("a.kdl", "x\r\n\té blueprnt\r\n"), ("std:teams/teams.kdl", "team")]);
        let mut diagnostics =
            one(Diagnostic::error(NOT_UTF8, span(&sources, 0, "blueprnt"), "unknown node\n`blueprnt`")
                .label("not a node")
                .did_you_mean(Some("blueprint"))
                .fix("remove it", span(&sources, 0, "blueprnt"), ""));
        diagnostics.push(Diagnostic::warning(NOT_UTF8, span(&sources, 1, "team"), "old"));
        assert_eq!(
            compact(&diagnostics, &sources, "../shop/"),
            "../shop/a.kdl:2:4: error[E0100]: unknown node `blueprnt`; not a node; help: did you mean `blueprint`?; help: remove it\n\
             std:teams/teams.kdl:1:1: warning[E0100]: old\n"
        );
    }
}
