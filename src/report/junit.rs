//! JUnit's XML, which every CI server shows.

use super::fact::{Fact, Level, findings};
use super::subject::Subject;
use crate::verify::TestResult;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A case of a suite.
#[derive(Default)]
struct Case {
    /// What it is called.
    name: String,
    /// What it belongs to: a file, or `plan`.
    class: String,
    /// What went wrong, in a line; nothing where nothing did.
    failure: Option<String>,
    /// All that is said of it.
    said: Option<String>,
}

/// Suites of the tests, of the plan with its guards, and of the project's files with their problems: those
/// that the run looked at.
pub(super) fn junit(subject: &Subject<'_>) -> String {
    // What is read of a neighbour is no project that was checked.
    let files = if subject.command == "import" { "import" } else { "check" };
    let mut suites: Vec<(&str, Vec<Case>)> = vec![(files, of_files(subject))];
    if let Some(plan) = subject.plan {
        let bare = Subject { plan: Some(plan), ..Subject::of_command(subject.command) };
        let mut cases: Vec<Case> = findings(&bare).iter().map(of_fact).collect();
        let stopped = !plan.conflicts.is_empty() || plan.refusals().next().is_some() || plan.denials().next().is_some();
        if !stopped {
            let passes = Case { name: "nothing stops the plan".into(), class: "plan".into(), ..Case::default() };
            cases.insert(0, passes);
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
    let (name, class) = (escaped(&case.name), escaped(&case.class));
    let said = escaped(case.said.as_deref().unwrap_or_default());
    let body = match (&case.failure, &case.said) {
        (Some(line), _) => format!("<failure message=\"{}\">{said}</failure>", escaped(line)),
        (None, Some(_)) => format!("<system-out>{said}</system-out>"),
        (None, None) => {
            let _ = writeln!(out, "    <testcase name=\"{name}\" classname=\"{class}\"/>");
            return;
        }
    };
    let _ = writeln!(out, "    <testcase name=\"{name}\" classname=\"{class}\">\n      {body}\n    </testcase>");
}

/// A case for each problem, and one that passes for each file without any.
fn of_files(subject: &Subject<'_>) -> Vec<Case> {
    let bare = Subject { plan: None, tests: None, ..*subject };
    let problems = findings(&bare);
    let mut cases: Vec<Case> = problems.iter().map(of_fact).collect();
    let with: BTreeSet<&str> = problems.iter().filter_map(|fact| Some(&*fact.range.as_ref()?.file)).collect();
    // Modules of the standard library are nobody's to mend.
    let own = subject.sources.of_people().filter(|(_, file)| !file.is_of_library());
    let mut files: Vec<String> = own.map(|(id, _)| subject.sources.path(id)).collect();
    files.sort_unstable();
    files.retain(|file| !with.contains(&**file));
    let passes = |class| Case { name: "no problems".to_owned(), class, ..Case::default() };
    cases.extend(files.into_iter().map(passes));
    cases
}

fn of_fact(fact: &Fact<'_>) -> Case {
    let spot = fact.spot();
    let place = spot.as_ref().map(|spot| format!("{}:{}:{}\n", spot.file, spot.line, spot.column));
    let line = fact.line().into_owned();
    Case {
        name: format!("{}: {line}", fact.rule),
        class: spot.map_or_else(|| "plan".to_owned(), |spot| spot.file.clone()),
        failure: Some(line).filter(|_| fact.level == Level::Error),
        said: Some(place.unwrap_or_default() + &fact.message()),
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
        failure: test.failures.first().map(|first| first.message.clone()),
        said: Some(texts.join("\n")).filter(|_| !texts.is_empty()),
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
