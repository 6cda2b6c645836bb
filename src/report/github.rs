//! Diagnostics as the workflow commands that GitHub turns into annotations of a pull request.

use super::cause::{by_cause, elsewhere};
use super::clean::clean;
use super::counted;
use super::fact::{self, Fact, Level, findings, restraints};
use super::subject::Subject;
use crate::diag::{CODES, Diagnostics};
use crate::plan::{Action, Operation};
use crate::source::Sources;
use std::fmt::Write;

/// GitHub shows this many annotations of a kind for a step.
const MOST_OF_A_KIND: usize = 10;

/// The annotations of problems alone, as those of a run that came to nothing else.
pub fn github(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let all = findings(&Subject { diagnostics, sources, ..Subject::of_command("check") });
    let more = |rest| format!("{} not shown here; see the log of `plat check`", counted(rest, "more problem"));
    bounded(&all, diagnostics.untold(), more)
}

/// The annotations of files that are not in their canonical form, each with the first line that differs from it; `format` is the
/// command that writes it.
pub fn unformatted(files: &[(String, u32)], format: &str) -> String {
    let facts: Vec<Fact<'_>> = files.iter().map(|(file, line)| fact::unformatted(file, *line, format)).collect();
    bounded(&facts, 0, |rest| more(rest, "fmt --check"))
}

/// The annotations of a whole run: what somebody should look at, then each change of the plan at the line of KDL that
/// caused it; what others changed is among the former, and files of state stores have none.
pub(super) fn annotations(subject: &Subject<'_>) -> String {
    let mut all = findings(subject);
    if let Some(plan) = subject.plan {
        let told = |operation: &&Operation| {
            operation.action.is_change() && !operation.is_revert() && operation.object().is_some()
        };
        let mut operations: Vec<&Operation> = plan.operations.iter().filter(told).collect();
        operations.sort_by_key(|operation| rank(operation.action));
        all.extend(restraints(plan).chain(operations.into_iter().map(fact::change)));
    }
    bounded(&all, subject.diagnostics.untold(), |rest| more(rest, subject.command))
}

/// How soon a change is told: what destroys first, what is only new last.
fn rank(action: Action) -> usize {
    match action {
        Action::Delete => 0,
        Action::Release => 1,
        Action::Move => 2,
        Action::Adopt => 3,
        Action::Update => 4,
        Action::Create => 5,
        Action::Vacate | Action::Forget | Action::Record => 6,
    }
}

fn more(rest: usize, command: &str) -> String {
    format!("{rest} more not shown here; see the output of `plat {command}`")
}

/// At most ten of each kind, many of one cause as one; what was known before is no more than a notice. The last line says how many more there are, beside some that are not told at all.
fn bounded(all: &[Fact<'_>], untold: usize, more: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    let mut shown = 0;
    let causes = by_cause(all, |fact| fact.cause.as_ref().map(|cause| (cause, fact.known)));
    for level in [Level::Error, Level::Warning, Level::Note] {
        let of_level = causes.iter().filter(|group| group.first().is_some_and(|first| kind(first) == level));
        // One notice is kept free for the count of the rest.
        let most = if level == Level::Note { MOST_OF_A_KIND - 1 } else { MOST_OF_A_KIND };
        for group in of_level.take(most) {
            out.push_str(&annotation(group));
            shown += group.len();
        }
    }
    let rest = all.len() - shown + untold;
    if rest > 0 {
        let _ = writeln!(out, "::notice title=plat::{}", more(rest));
    }
    out
}

/// The kind of annotation that a fact is: of what was known before nobody has to be warned again.
fn kind(fact: &Fact<'_>) -> Level {
    if fact.known { Level::Note } else { fact.level }
}

/// The annotation of the first of some facts of one cause, which names the places of the others.
fn annotation(group: &[&Fact<'_>]) -> String {
    let Some(fact) = group.first() else { return String::new() };
    let mut message = fact.message();
    for line in elsewhere(group, Fact::whereabouts, Fact::line) {
        message.push_str(&format!("\n{line}"));
    }
    let command = match kind(fact) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut place = String::new();
    if let Some(spot) = fact.spot() {
        let _ = write!(place, "file={},line={},endLine={},", property(&spot.file), spot.line, spot.end_line);
        match spot.end_column {
            // Columns across lines are refused.
            Some(end) if spot.line == spot.end_line => {
                let _ = write!(place, "col={},endColumn={end},", spot.column);
            }
            Some(_) | None => {}
        }
    }
    // A code says what it stands for where it is looked up.
    let title = if CODES.iter().any(|code| code.id == fact.rule) { &fact.rule } else { &fact.title };
    format!("::{command} {place}title={}::{}\n", property(&clean(title)), data(&clean(&message)))
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
    use crate::diag::Diagnostic;
    use crate::diag::code::NOT_UTF8;
    use crate::report::fixture::{one, sources, span};
    use crate::source::{FileId, Span};

    #[test]
    fn a_command_names_the_place_and_escapes_its_words() {
        let mut sources = sources(&[("a,b:c.kdl", "x\r\n\té 100%\r\n")]);
        sources.lie_in("platform/".to_owned());
        let diagnostic =
            Diagnostic::error(NOT_UTF8, span(&sources, 0, "100%"), "100% wrong").label("here").help("a\nb");
        assert_eq!(
            github(&one(diagnostic), &sources),
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
            github(&diagnostics, &sources),
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
        let out = github(&diagnostics, &sources);
        let kinds: Vec<&str> = out.lines().map(|line| line.split(' ').next().unwrap()).collect();
        let expected: Vec<&str> = [vec!["::error"; 10], vec!["::warning"; 10], vec!["::notice"]].concat();
        assert_eq!(kinds, expected);
        assert!(out.ends_with("::notice title=plat::10 more problems not shown here; see the log of `plat check`\n"));
    }
}
