//! A comment of a pull request: it always fits, and what matters most is always in it.

use super::applied::Written;
use super::cause::{by_cause, elsewhere};
use super::clean::clean;
use super::columns::cropped_apart;
use super::fact::{Fact, Level, findings};
use super::plan::{Detail, Telling, View, headline, plan_parts, told};
use super::subject::Subject;
use super::test::passed;
use super::{Paths, Style, counted};
use crate::diag::Severity;
use crate::plan::Plan;
use std::collections::BTreeMap;
use std::fmt::Write;

/// GitHub takes this many characters of a comment; some are kept free for what a poster adds.
const BUDGET: usize = 65_536 - 1_000;
/// Characters that one of the parts that are always there may take.
const SHARE: usize = 15_000;
/// What stops a plan or needs a look, of each sort: more than fits.
const MOST_STOPS: usize = 500;
/// Characters of a line, behind which it is cut.
const LONGEST_LINE: usize = 400;
/// Characters of one change, behind which its lines are only counted.
const LONGEST_ENTRY: usize = 4_000;
/// Characters that are kept for the end, so that it can always say what is missing.
const END: usize = 400;

/// How what stands in it looks.
const LOOK: Style = Style { paths: Paths::Repository, ..Style::PLAIN };

/// The comment. Its first line names the project, hidden, so that a poster finds the one to replace.
pub(super) fn markdown(subject: &Subject<'_>) -> String {
    let marker = format!("<!-- plat:{} project={} -->\n", subject.command, marked(subject.project));
    let mut page = Page { out: marker };
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
    page.findings("Problems", &findings(subject));
    page.out
}

fn of_plan(plan: &Plan, subject: &Subject<'_>, page: &mut Page) {
    page.add(&format!("### plan of {}: {}\n", span(&plan.project), headline(plan)));
    let source = plan.source.as_deref().map(|source| format!(" of {}", span(source))).unwrap_or_default();
    let id = span(plan.id.get(..16).unwrap_or(&plan.id));
    page.add(&format!("\nunchanged {}; plan {id}{source}\n", plan.unchanged));
    if let Some(ended) = subject.applied {
        let [state, objects] = Written::of(&ended).words();
        page.add(&format!("\n**Apply {state}**: {objects} written\n"));
    }
    let (stops, untold) = stops(plan);
    page.fenced("What stops it, or needs a look", &stops, untold, "of them", SHARE);
    let view = View { detail: Detail::Changes, rendered: Telling::Listed, ..View::default() };
    let parts = plan_parts(plan, &view, LOOK);
    page.fenced(&format!("Guards {}", parts.restraints.len()), &parts.restraints, 0, "change", SHARE);
    page.fenced(&format!("Destroys {}", parts.goes.len()), &parts.goes, 0, "deletion", SHARE);
    if plan.operations.iter().any(|operation| operation.action.is_change() && operation.is_revert()) {
        page.add("\nOthers changed what is marked with `!`; it is set back.\n");
    }
    let consequences: Vec<String> = parts.consequences.iter().map(|line| format!("    {line}\n")).collect();
    page.fenced("Consequences", &consequences, 0, "line", SHARE);
    if !parts.stays.is_empty() {
        page.add(&format!("\n<details><summary>{}</summary>\n", counted(parts.stays.len(), "other change")));
        let free = BUDGET.saturating_sub(page.out.chars().count() + END);
        page.fenced("", &parts.stays, 0, "change", free);
        page.add("\n</details>\n");
    }
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

/// The comment so far.
struct Page {
    out: String,
}

impl Page {
    fn add(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn findings(&mut self, title: &str, found: &[Fact<'_>]) {
        let causes = by_cause(found, |fact| fact.cause.as_ref());
        let entries: Vec<String> = causes.iter().map(|group| entry(group)).collect();
        self.fenced(title, &entries, 0, "of them", SHARE);
    }

    /// A fence with as many entries as fit into `most` characters, and behind it how many do not, beside those that are untold anyway.
    fn fenced(&mut self, title: &str, entries: &[String], untold: usize, noun: &str, most: usize) {
        if entries.is_empty() {
            return;
        }
        let mut body = String::new();
        let (mut taken, mut shown) = (0, 0);
        for entry in entries {
            let entry = shortened(&signs_first(entry));
            let length = entry.chars().count();
            if taken + length > most {
                break;
            }
            body.push_str(&entry);
            taken += length;
            shown += 1;
        }
        let heading = if title.is_empty() { String::new() } else { format!("\n#### {title}\n") };
        let fence = "`".repeat(longest_run(&body).max(2) + 1);
        let _ = write!(self.out, "{heading}\n{fence}diff\n{body}{fence}\n");
        let more = entries.len() - shown + untold;
        if more > 0 {
            let more =
                if noun == "of them" { format!("{more} more {noun}") } else { counted(more, &format!("more {noun}")) };
            let _ = writeln!(self.out, "\n{more}: see the output of the run.");
        }
    }
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

/// Lines of plain text, none too long, each with its sign in the first column, where a fence of `diff` colours it.
pub(in crate::report) fn signs_first(text: &str) -> String {
    let line = |line: &str| {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        let mut moved = match bare.chars().next() {
            Some(sign @ ('+' | '-' | '!')) if indent > 0 => format!("{sign}{}{}", " ".repeat(indent), &bare[1..]),
            // What changes has the colour of what needs a look.
            Some('~') if indent > 0 => format!("!{}{bare}", " ".repeat(indent)),
            Some(_) | None => line.to_owned(),
        };
        moved.push('\n');
        moved
    };
    let lines: Vec<String> = clean(text).lines().map(line).collect();
    short_lines(&lines).concat()
}

/// Lines of which none is too long, and no two come to the same by that.
fn short_lines(lines: &[String]) -> Vec<String> {
    let (mut short, mut first): (Vec<String>, BTreeMap<String, usize>) = (Vec::new(), BTreeMap::new());
    for (index, line) in lines.iter().enumerate() {
        short.push(match line.char_indices().nth(LONGEST_LINE) {
            Some((end, _)) if end + 1 < line.len() => format!("{}…\n", &line[..end]),
            _ => line.clone(),
        });
        let Some(body) = short[index].get(1..).filter(|_| short[index] != *line) else { continue };
        match first.get(body).copied() {
            Some(other) if lines[other].get(1..) != line.get(1..) => {
                let bodies = [other, index].map(|at| lines[at].get(1..).unwrap_or_default().trim_end_matches('\n'));
                let cut = cropped_apart(&bodies, LONGEST_LINE);
                for (at, body) in [other, index].into_iter().zip(cut) {
                    let sign = lines[at].get(..1).unwrap_or_default();
                    short[at] = format!("{sign}{body}\n");
                }
            }
            Some(_) => {}
            None => drop(first.insert(body.to_owned(), index)),
        }
    }
    short
}

/// An entry without the lines that would leave no room for others.
fn shortened(entry: &str) -> String {
    let mut out = String::new();
    let mut taken = 0;
    for (index, line) in entry.lines().enumerate() {
        taken += line.chars().count() + 1;
        if taken > LONGEST_ENTRY {
            out.push_str(&format!("    … {}\n", counted(entry.lines().count() - index, "more line")));
            break;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// Text within a line that means nothing but itself: no mention, no link, no tag.
fn span(text: &str) -> String {
    let text = super::clean::one_line(text);
    if text.is_empty() {
        return "`(no name)`".to_owned();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A name within a comment of HTML, which it cannot end: there are never two dashes in a row.
fn marked(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'-' if !out.ends_with('-') => out.push('-'),
            b'_' | b'.' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
