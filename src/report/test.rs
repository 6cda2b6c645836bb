//! How the tests of a project ended, for people and as JSON lines.

use super::clean::{clean, one_line};
use super::subject::Subject;
use super::totals::Totals;
use super::{Paint, Style, json_line, json_lines};
use crate::plan::Place;
use crate::source::Sources;
use crate::verify::TestResult;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write;

/// A line for each test, below a failed one why, and the count at the end.
pub fn tests(tests: &[TestResult], sources: &Sources, style: Style) -> String {
    let mut out = String::new();
    for test in tests {
        let mark = if test.passed() { style.paint(Paint::Added, "pass") } else { style.paint(Paint::Removed, "FAIL") };
        let _ = writeln!(out, "{mark}  {}", one_line(&test.description));
        for failure in &test.failures {
            let location = style.paint(Paint::Dim, &one_line(&sources.location(failure.span.shown())));
            let _ = writeln!(out, "      {location}: {}", one_line(&failure.message));
            for line in failure.diff.iter().flat_map(|diff| diff.lines()) {
                let _ = writeln!(out, "          {}", style.paint_diff(&clean(line)));
            }
        }
    }
    if !tests.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", passed(tests));
    out
}

/// How many tests ended how.
pub(super) fn passed(tests: &[TestResult]) -> String {
    let failed = tests.iter().filter(|test| !test.passed()).count();
    format!("{} passed, {failed} failed", tests.len() - failed)
}

/// How the tests of a project ended, as one document.
#[derive(Serialize, JsonSchema)]
pub(super) struct TestsDocument<'a> {
    /// The format of the document: 1.
    format: u32,
    /// The version of plat.
    plat: &'a str,
    /// The counts.
    summary: Totals,
    /// The tests, in order.
    tests: Vec<Line<'a>>,
}

/// How a test ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Test")]
pub(super) struct Line<'a> {
    /// What the test shows, in its own words.
    pub(super) test: &'a str,
    /// The line that declares it.
    place: Place,
    /// `pass` or `fail`.
    pub(super) result: &'static str,
    /// What did not hold.
    failures: Vec<FailureLine<'a>>,
}

/// Something that did not hold.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Failure")]
struct FailureLine<'a> {
    place: Place,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
}

/// One JSON object a line for each test.
pub fn tests_json(tests: &[TestResult], sources: &Sources) -> String {
    json_lines(tests.iter().map(|test| Line::of(test, sources)))
}

/// How the tests ended as one document, with a line end.
pub(super) fn tests_document(tests: &[TestResult], subject: &Subject<'_>) -> String {
    let tests = tests.iter().map(|test| Line::of(test, subject.sources)).collect();
    json_line(&TestsDocument { format: 1, plat: env!("CARGO_PKG_VERSION"), summary: Totals::of(subject), tests })
}

impl<'a> Line<'a> {
    /// A test in its form on the wire.
    pub(super) fn of(test: &'a TestResult, sources: &Sources) -> Self {
        let failures = test.failures.iter().map(|failure| FailureLine {
            place: Place::of(failure.span, sources),
            message: &failure.message,
            diff: failure.diff.as_deref(),
        });
        let result = if test.passed() { "pass" } else { "fail" };
        let place = Place::of(test.span, sources);
        Self { test: &test.description, place, result, failures: failures.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Color;
    use crate::report::fixture::{sources, span};
    use crate::verify::Failure;

    const TEXT: &str = "test \"a\" {\n  expect x\n}\ntest \"b\"\n";

    fn tested(sources: &Sources) -> [TestResult; 2] {
        let message = "`Cluster demo` is not as expected".to_owned();
        let diff = Some(" spec:\n-  size: 1\n+  size: 2\n".to_owned());
        let failures = vec![Failure { span: span(sources, 0, "expect").into(), message, diff }];
        let test = |description: &str, line, failures| TestResult {
            description: description.to_owned(),
            span: span(sources, 0, line).into(),
            failures,
        };
        [test("a", "test \"a\"", failures), test("b", "test \"b\"", Vec::new())]
    }

    #[test]
    fn a_failed_test_says_where_and_what_differs() {
        let sources = sources(&[("t.kdl", TEXT)]);
        let expected = "\
FAIL  a
      t.kdl:2:3: `Cluster demo` is not as expected
           spec:
          -  size: 1
          +  size: 2
pass  b

1 passed, 1 failed
";
        assert_eq!(super::tests(&tested(&sources), &sources, Style::PLAIN), expected);
        assert_eq!(super::tests(&[], &sources, Style::PLAIN), "0 passed, 0 failed\n");
        let coloured = super::tests(&tested(&sources), &sources, Style { color: Color::Always, ..Style::PLAIN });
        assert!(coloured.contains("\u{1b}[31m-  size: 1\u{1b}[0m\n"), "{coloured}");
    }

    #[test]
    fn json_has_a_line_for_each_test() {
        let sources = sources(&[("t.kdl", TEXT)]);
        let expected = concat!(
            r#"{"test":"a","place":{"file":"t.kdl","line":1,"column":1,"text":"test \"a\" {"},"result":"fail","#,
            r#""failures":[{"place":{"file":"t.kdl","line":2,"column":3,"text":"expect x"},"#,
            r#""message":"`Cluster demo` is not as expected","diff":" spec:\n-  size: 1\n+  size: 2\n"}]}"#,
            "\n",
            r#"{"test":"b","place":{"file":"t.kdl","line":4,"column":1,"text":"test \"b\""},"result":"pass","failures":[]}"#,
            "\n"
        );
        assert_eq!(tests_json(&tested(&sources), &sources), expected);
    }
}
