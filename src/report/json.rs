//! Diagnostics as JSON lines, for tools.

use super::subject::Subject;
use super::totals::Totals;
use super::{json_line, json_lines};
use crate::diag::{Diagnostic, Diagnostics, Edit, Fix, Label, code};
use crate::source::{Sources, Span};
use schemars::JsonSchema;
use serde::Serialize;

/// One JSON object a line for each problem. Offsets count bytes from 0; lines and columns count from 1, columns in
/// characters; ends are exclusive.
pub fn json(diagnostics: &Diagnostics, sources: &Sources) -> String {
    json_lines(problems(diagnostics, sources))
}

/// The problems as one document.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProblemsDocument<'a> {
    /// The format of the document: 1.
    format: u32,
    /// The version of plat.
    plat: &'a str,
    /// The counts.
    summary: Totals,
    /// The problems, by place.
    diagnostics: Vec<Problem<'a>>,
}

/// The problems as one document, with a line end.
pub(super) fn document(subject: &Subject<'_>) -> String {
    let diagnostics = problems(subject.diagnostics, subject.sources);
    let (plat, summary) = (env!("CARGO_PKG_VERSION"), Totals::of(subject));
    json_line(&ProblemsDocument { format: 1, plat, summary, diagnostics })
}

/// Each problem in its form on the wire.
pub(super) fn problems<'a>(diagnostics: &'a Diagnostics, sources: &'a Sources) -> Vec<Problem<'a>> {
    diagnostics.iter().map(|diagnostic| problem(diagnostic, sources)).collect()
}

/// A problem in what users wrote.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub(super) struct Problem<'a> {
    /// The stable code.
    code: &'a str,
    /// What the code stands for.
    title: &'a str,
    /// `error`, `warning` or `note`.
    severity: &'a str,
    /// What is wrong.
    message: &'a str,
    /// Where.
    place: Place<'a>,
    /// Other places that explain it.
    others: Vec<Place<'a>>,
    /// What to do.
    help: Option<&'a str>,
    /// How a tool can mend it.
    fixes: Vec<Mend<'a>>,
    /// The command that prints more about it.
    explain: String,
    /// How many problems it stands for, where it says how many are not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
}

/// A part of a text.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Range")]
struct Place<'a> {
    /// The file, from the root of the repository.
    file: String,
    start: Point,
    end: Point,
    #[serde(skip_serializing_if = "str::is_empty")]
    #[schemars(default)]
    label: &'a str,
}

/// A point of a text: bytes from 0, lines and columns from 1, columns in characters.
#[derive(Serialize, JsonSchema)]
struct Point {
    offset: u32,
    line: u32,
    column: u32,
}

/// A change that mends a problem.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct Mend<'a> {
    title: &'a str,
    edits: Vec<Change<'a>>,
}

/// A text in the place of another.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct Change<'a> {
    place: Place<'a>,
    text: &'a str,
}

fn problem<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Problem<'a> {
    let label = |label: &'a Label| place(label.span(), &label.text, sources);
    let edit = |edit: &'a Edit| Change { place: place(edit.span, "", sources), text: &edit.text };
    let fix = |fix: &'a Fix| Mend { title: &fix.title, edits: fix.edits.iter().map(edit).collect() };
    Problem {
        code: diagnostic.code.id,
        title: diagnostic.code.title,
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        place: label(&diagnostic.primary),
        others: diagnostic.others.iter().map(label).collect(),
        help: diagnostic.help.as_deref(),
        fixes: diagnostic.fixes.iter().map(fix).collect(),
        explain: format!("plat explain {}", diagnostic.code),
        count: (diagnostic.code == code::MORE_PROBLEMS).then_some(diagnostic.count),
    }
}

fn place<'a>(span: Span, label: &'a str, sources: &Sources) -> Place<'a> {
    let span = sources.written(span).span;
    let file = sources.file(span.file);
    let point = |offset| {
        let position = file.position(offset);
        Point { offset, line: position.line, column: position.column }
    };
    Place { file: sources.path(span.file), start: point(span.start), end: point(span.end), label }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::code::NOT_UTF8;
    use crate::report::fixture::{one, sources, span};
    use crate::source::FileId;

    #[test]
    fn a_line_holds_everything_that_a_tool_needs() {
        let sources = sources(&[("a.kdl", "x\r\n\té blueprnt\r\n"), ("b.kdl", "")]);
        let diagnostic = Diagnostic::error(NOT_UTF8, span(&sources, 0, "blueprnt"), "unknown node")
            .label("not a node")
            .other(Span::start_of(FileId(1)), "")
            .did_you_mean(Some("blueprint"));
        let expected = concat!(
            r#"{"code":"E0100","title":"not UTF-8","severity":"error","message":"unknown node","#,
            r#""place":{"file":"a.kdl","start":{"offset":7,"line":2,"column":4},"#,
            r#""end":{"offset":15,"line":2,"column":12},"label":"not a node"},"#,
            r#""others":[{"file":"b.kdl","start":{"offset":0,"line":1,"column":1},"end":{"offset":0,"line":1,"column":1}}],"#,
            r#""help":"did you mean `blueprint`?","fixes":[{"title":"change to `blueprint`","#,
            r#""edits":[{"place":{"file":"a.kdl","start":{"offset":7,"line":2,"column":4},"#,
            r#""end":{"offset":15,"line":2,"column":12}},"text":"blueprint"}]}],"#,
            r#""explain":"plat explain E0100"}"#,
            "\n"
        );
        assert_eq!(json(&one(diagnostic), &sources), expected);
    }

    #[test]
    fn control_characters_leave_it_valid() {
        let sources = sources(&[("a\u{1b}\n.kdl", "é")]);
        let diagnostic = Diagnostic::warning(NOT_UTF8, Span::new(FileId(0), 2, 2), "a\u{0}\u{1b}[31m\"\\\n\u{2028}");
        let line = json(&one(diagnostic), &sources);
        assert_eq!(line.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["message"], "a\u{0}\u{1b}[31m\"\\\n\u{2028}");
        assert_eq!(value["place"]["file"], "a\u{1b}\n.kdl");
        assert_eq!(value["place"]["end"]["column"], 2);
    }
}
