//! JUnit's XML, which every CI server shows.

use super::finding::{Finding, Level, findings};
use super::subject::Subject;
use crate::verify::TestResult;
use std::fmt::Write;

/// A case of a suite.
struct Case {
    /// What it is called.
    name: String,
    /// What it belongs to: a file, or `plan`.
    class: String,
    /// What went wrong: in a line, and all of it.
    failure: Option<(String, String)>,
    /// What is said without anything being wrong.
    said: Option<String>,
}

/// Suites of the tests, of the plan with its policies and guards, and of the project's files with their problems: those
/// that the run looked at.
pub(super) fn junit(subject: &Subject<'_>) -> String {
    let mut suites: Vec<(&str, Vec<Case>)> = vec![("check", of_files(subject))];
    if let Some(plan) = subject.plan {
        let bare = Subject { plan: Some(plan), ..Subject::of_command(subject.command) };
        let mut cases: Vec<Case> = findings(&bare).iter().map(of_finding).collect();
        let stopped = !plan.conflicts.is_empty() || plan.refusals().next().is_some() || plan.denials().next().is_some();
        if !stopped {
            cases.insert(
                0,
                Case { name: "nothing stops the plan".into(), class: "plan".into(), failure: None, said: None },
            );
        }
        suites.push(("plan", cases));
    }
    if let Some(tests) = subject.tests {
        suites.push(("test", tests.iter().map(|test| of_test(test, subject)).collect()));
    }
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let failed = |cases: &[Case]| cases.iter().filter(|case| case.failure.is_some()).count();
    let (all, bad) = suites.iter().fold((0, 0), |(all, bad), (_, cases)| (all + cases.len(), bad + failed(cases)));
    let _ = writeln!(out, "<testsuites name=\"plat\" tests=\"{all}\" failures=\"{bad}\" errors=\"0\">");
    for (name, cases) in &suites {
        let (count, bad) = (cases.len(), failed(cases));
        let _ = writeln!(
            out,
            "  <testsuite name=\"plat {name}\" tests=\"{count}\" failures=\"{bad}\" errors=\"0\" skipped=\"0\">"
        );
        for case in cases {
            write_case(&mut out, case);
        }
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn write_case(out: &mut String, case: &Case) {
    let _ = write!(out, "    <testcase name=\"{}\" classname=\"{}\"", escaped(&case.name), escaped(&case.class));
    match (&case.failure, &case.said) {
        (Some((line, text)), _) => {
            let _ = writeln!(
                out,
                ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>",
                escaped(line),
                escaped(text)
            );
        }
        (None, Some(text)) => {
            let _ = writeln!(out, ">\n      <system-out>{}</system-out>\n    </testcase>", escaped(text));
        }
        (None, None) => out.push_str("/>\n"),
    }
}

/// A case for each problem, and one that passes for each file without any.
fn of_files(subject: &Subject<'_>) -> Vec<Case> {
    let bare = Subject { plan: None, tests: None, ..*subject };
    let problems = findings(&bare);
    let mut cases: Vec<Case> = problems.iter().map(of_finding).collect();
    let with: std::collections::BTreeSet<&str> =
        problems.iter().filter_map(|finding| finding.spot.as_ref()).map(|spot| spot.file.as_str()).collect();
    // Modules of the standard library are nobody's to mend.
    let own = subject.sources.iter().filter(|(_, file)| !file.is_of_library());
    let mut files: Vec<String> = own.map(|(id, _)| subject.sources.path(id)).collect();
    files.sort_unstable();
    files.retain(|file| !with.contains(&**file));
    cases.extend(files.into_iter().map(|file| Case {
        name: "no problems".to_owned(),
        class: file,
        failure: None,
        said: None,
    }));
    cases
}

fn of_finding(finding: &Finding) -> Case {
    let place = finding.spot.as_ref().map(|spot| format!("{}:{}:{}\n", spot.file, spot.line, spot.column));
    let text = format!("{}{}", place.unwrap_or_default(), finding.message);
    let line = finding.message.lines().next().unwrap_or_default().to_owned();
    let (failure, said) = match finding.level {
        Level::Error => (Some((line.clone(), text)), None),
        Level::Warning | Level::Note => (None, Some(text)),
    };
    Case {
        name: format!("{}: {line}", finding.rule),
        class: finding.spot.as_ref().map_or_else(|| "plan".to_owned(), |spot| spot.file.clone()),
        failure,
        said,
    }
}

fn of_test(test: &TestResult, subject: &Subject<'_>) -> Case {
    let failure = |failure: &crate::verify::Failure| {
        let diff = failure.diff.as_ref().map(|diff| format!("\n{diff}")).unwrap_or_default();
        format!("{}: {}{diff}", subject.sources.place(failure.span.shown()), failure.message)
    };
    let texts: Vec<String> = test.failures.iter().map(failure).collect();
    Case {
        name: test.description.clone(),
        class: subject.sources.path(test.span.shown().file),
        failure: test.failures.first().map(|first| (first.message.clone(), texts.join("\n"))),
        said: None,
    }
}

/// Text within XML: its own characters escaped, and a stand-in for those that no XML holds.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other if other.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_breaks_out_of_an_attribute_or_an_element() {
        assert_eq!(escaped("a<b>&\"\n\u{1b}\u{0}"), "a&lt;b&gt;&amp;&quot;&#10;\u{fffd}\u{fffd}");
    }
}
