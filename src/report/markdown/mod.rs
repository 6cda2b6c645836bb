//! A comment of a pull request: it always fits, and what matters most is always in it.

mod page;
mod reviewed;

use super::applied::Written;
use super::cause::{by_cause, elsewhere};
use super::fact::{Fact, Level, findings};
use super::plan::{Detail, Parts, Same, Telling, View, headline, plan_parts, told};
use super::subject::Subject;
use super::test::passed;
use super::{Paths, Style, counted};
use crate::diag::Severity;
use crate::plan::Plan;
#[cfg(test)]
pub(in crate::report) use page::signs_first;
use page::{Page, escaped, marked, span};

/// GitHub takes this many characters of a comment; some are kept free for what a poster adds.
const BUDGET: usize = 65_536 - 1_000;
/// Characters that one of the parts that are always there may take.
const SHARE: usize = 15_000;
/// What stops a plan or needs a look, of each sort: more than fits.
const MOST_STOPS: usize = 500;
/// Characters that are kept for the end, so that it can always say what is missing.
const END: usize = 400;

/// Characters of what stands around names that are folded.
const FRAME: usize = 200;

/// How what stands in it looks.
const LOOK: Style = Style { paths: Paths::Repository, ..Style::PLAIN };

/// The comment. Its first line names the project, hidden, so that a poster finds the one to replace.
pub(super) fn markdown(subject: &Subject<'_>) -> String {
    let marker = format!("<!-- plat:{} project={} -->\n", subject.command, marked(subject.project));
    let mut page = Page { out: marker, heading: "####" };
    if let Some(plan) = subject.plan {
        of_plan(plan, subject, &mut page);
        return page.out;
    }
    let name = span(subject.project);
    let title = match (subject.tests, subject.diagnostics.len()) {
        (Some(tests), _) => format!("tests of {name}: {}", passed(tests)),
        (None, 0) => format!("{name}: no problems"),
        (None, all) => {
            let errors = subject.diagnostics.count(Severity::Error);
            format!("{name}: {}, {}", counted(errors, "error"), counted(all - errors, "other"))
        }
    };
    page.add(&format!("### {title}\n"));
    let found = findings(subject);
    let entries: Vec<String> = by_cause(&found, |fact| fact.cause.as_ref()).iter().map(|group| entry(group)).collect();
    page.fenced("Problems", &entries, 0, "of them", SHARE);
    page.out
}

fn of_plan(plan: &Plan, subject: &Subject<'_>, page: &mut Page) {
    summary(plan, subject, page);
    match subject.review.filter(|review| !review.is_empty()) {
        Some(review) => reviewed::reviewed(review, subject.host, page),
        None => {
            let parts = parts_of(plan);
            stopping(plan, SHARE, page);
            first(plan, &parts, SHARE, page);
            follows(&parts, SHARE, page);
            let count = parts.objects.count() + parts.files.count();
            let stays: Vec<String> = parts.objects.texts.into_iter().chain(parts.files.texts).collect();
            let all_same: Vec<Same> = parts.objects.same.into_iter().chain(parts.files.same).collect();
            let free = BUDGET.saturating_sub(page.out.chars().count() + END);
            let kept = if all_same.is_empty() { 0 } else { SHARE.min(free / 3) };
            page.folded(&counted(count, "other change"), &stays, "change", free - kept);
            same(&all_same, kept, page);
        }
    }
}

/// What a plan is, and what it does in a line.
fn summary(plan: &Plan, subject: &Subject<'_>, page: &mut Page) {
    page.add(&format!("### plan of {}: {}\n", span(&plan.project), headline(plan)));
    let source = plan.source.as_deref().map(|source| format!(" of {}", span(source))).unwrap_or_default();
    let id = span(plan.id.get(..16).unwrap_or(&plan.id));
    page.add(&format!("\nunchanged {}; plan {id}{source}\n", plan.unchanged));
    if let Some(ended) = subject.applied {
        let [state, objects] = Written::of(&ended).words();
        page.add(&format!("\n**Apply {state}**: {objects} written\n"));
    }
}

/// What stops a plan or needs a look, in so many characters.
fn stopping(plan: &Plan, share: usize, page: &mut Page) {
    let (stops, untold) = stops(plan);
    page.fenced("What stops it, or needs a look", &stops, untold, "of them", share);
}

/// What restrains a plan otherwise than before, and what it destroys: each in so many characters.
fn first(plan: &Plan, parts: &Parts, share: usize, page: &mut Page) {
    page.fenced(&format!("Guards {}", parts.restraints.len()), &parts.restraints, 0, "change", share);
    page.fenced(&format!("Destroys {}", parts.goes.len()), &parts.goes, 0, "deletion", share);
    if plan.operations.iter().any(|operation| operation.action.is_change() && operation.is_revert()) {
        page.add("\nOthers changed what is marked with `!`; it is set back.\n");
    }
}

/// What follows from a plan, in so many characters.
fn follows(parts: &Parts, share: usize, page: &mut Page) {
    let lines: Vec<String> = parts.consequences.iter().map(|line| format!("    {line}\n")).collect();
    page.fenced("Consequences", &lines, 0, "line", share);
}

/// Changes that are the same as one that is shown: how many, and folded, which, in so many characters.
fn same(all: &[Same], most: usize, page: &mut Page) {
    let mut left = most;
    for (index, Same { heading, names }) in all.iter().enumerate() {
        let heading = escaped(heading);
        let frame = heading.chars().count() + FRAME;
        if left < frame {
            let more = all[index..].iter().map(|one| one.names.len()).sum();
            return page.add(&format!("\n{}: see the output of the run.\n", counted(more, "more change")));
        }
        left -= frame;
        page.folded(&heading, names, "of them", left);
        left = left.saturating_sub(names.iter().map(|name| name.chars().count()).sum());
    }
}

fn parts_of(plan: &Plan) -> Parts {
    let view = View { detail: Detail::Changes, rendered: Telling::Listed, ..View::default() };
    plan_parts(plan, &view, LOOK)
}

/// What stops a plan, then what needs a look, in the words of its text, each with the sign that says which it is; and how much more
/// there is.
fn stops(plan: &Plan) -> (Vec<String>, usize) {
    let sorts = told(plan, MOST_STOPS, Detail::Changes, LOOK);
    let untold = sorts.iter().map(|sort| sort.more).sum();
    let mut entries: Vec<(Level, String)> = sorts.into_iter().flat_map(|sort| sort.texts).collect();
    entries.sort_by_key(|(level, _)| *level);
    (entries.into_iter().map(|(level, text)| format!("{} {text}", level.sign())).collect(), untold)
}

/// A fact as lines, with the places of the others of its cause.
fn entry(group: &[&Fact<'_>]) -> String {
    let Some(fact) = group.first() else { return String::new() };
    let place = fact.spot().map(|spot| format!("{}:{}: ", spot.file, spot.line)).unwrap_or_default();
    let first = format!("{} {place}{}: {}\n", fact.level.sign(), fact.rule, fact.line());
    let others = elsewhere(group, Fact::whereabouts, Fact::line);
    let rest = fact.more().into_iter().chain(others);
    first + &rest.map(|line| format!("    {line}\n")).collect::<String>()
}
