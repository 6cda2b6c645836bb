//! Diagnostics as JSON lines, for tools.

use super::help::severity_word;
use super::place::Places;
use crate::diag::{Diagnostic, Diagnostics, Label};
use crate::source::{Sources, Span};
use serde::Serialize;

/// One JSON object a line for each problem. Offsets count bytes from 0; lines and columns count from 1, columns in
/// characters; ends are exclusive.
pub fn json(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let mut places = Wire { sources, places: Places::new(sources) };
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        out.push_str(&serde_json::to_string(&places.problem(diagnostic)).unwrap_or_default());
        out.push('\n');
    }
    out
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    title: &'a str,
    severity: &'a str,
    message: &'a str,
    place: Place<'a>,
    others: Vec<Place<'a>>,
    help: Option<&'a str>,
    fixes: Vec<Mend<'a>>,
    explain: String,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Point,
    end: Point,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
}

#[derive(Serialize)]
struct Point {
    offset: u32,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Mend<'a> {
    title: &'a str,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    place: Place<'a>,
    text: &'a str,
}

struct Wire<'s> {
    sources: &'s Sources,
    places: Places<'s>,
}

impl<'s> Wire<'s> {
    fn problem<'a>(&mut self, diagnostic: &'a Diagnostic) -> Problem<'a>
    where
        's: 'a,
    {
        Problem {
            code: diagnostic.code.id,
            title: diagnostic.code.title,
            severity: severity_word(diagnostic.severity),
            message: &diagnostic.message,
            place: self.label(&diagnostic.primary),
            others: diagnostic.others.iter().map(|label| self.label(label)).collect(),
            help: diagnostic.help.as_deref(),
            fixes: diagnostic
                .fixes
                .iter()
                .map(|fix| Mend {
                    title: &fix.title,
                    edits: fix
                        .edits
                        .iter()
                        .map(|edit| Change { place: self.place(edit.span, ""), text: &edit.text })
                        .collect(),
                })
                .collect(),
            explain: format!("plat explain {}", diagnostic.code),
        }
    }

    fn label<'a>(&mut self, label: &'a Label) -> Place<'a>
    where
        's: 'a,
    {
        self.place(label.span, &label.text)
    }

    fn place<'a>(&mut self, span: Span, label: &'a str) -> Place<'a>
    where
        's: 'a,
    {
        let mut point = |offset| {
            let position = self.places.position(span.file, offset);
            Point { offset, line: position.line, column: position.column }
        };
        let (start, end) = (point(span.start), point(span.end));
        Place { file: &self.sources.file(span.file).name, start, end, label }
    }
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
