//! A plan by the hunks of the text that it follows from, for who reads it beside them.

use super::page::{Page, bounded, span};
use super::{BUDGET, END, SHARE, first, follows, parts_of, same, stopping};
use crate::plan::Plan;
use crate::report::difference::hunk_lines;
use crate::report::plan::{Parts, headline};
use crate::report::{Host, counted, named};
use crate::review::{Hunk, Lines, Part, Review};
use std::collections::BTreeSet;

/// A hunk of more lines than this is folded.
const MOST_LINES: usize = 14;
/// Characters that each sort of what a hunk brings about may take: most where that leaves room for all hunks.
const SHARES: [usize; 3] = [SHARE, 4_000, 1_000];

/// The parts of a review: as much of each as leaves room for all; where even the least of each is too much, the first, and of the others what
/// stops the plan and what is destroyed. What stops it whatever the hunks are comes before them.
pub(super) fn reviewed(review: &Review, host: Option<&Host>, page: &mut Page) {
    stopping(&review.rest, SHARE, page);
    let free = BUDGET.saturating_sub(page.out.chars().count() + END);
    let (told, rest): (Vec<Said<'_>>, Said<'_>) =
        (review.parts.iter().map(|part| Said::of(&part.plan)).collect(), Said::of(&review.rest));
    let (mut sections, mut end) = (Vec::new(), String::new());
    for share in SHARES {
        sections = sections_of(review, &told, host, share);
        end = rest_of(&rest, share);
        if length(&sections) + end.chars().count() <= free {
            return page.add(&(sections.concat() + &end));
        }
    }
    let least = SHARES[SHARES.len() - 1];
    let kept = free.saturating_sub(end.chars().count() + 6 * least);
    let mut taken = 0;
    let fits = |section: &&String| {
        taken += section.chars().count();
        taken <= kept
    };
    let count = sections.iter().take_while(fits).count();
    page.add(&sections[..count].concat());
    left_out(&review.parts[count..], least, page);
    page.add(&end);
}

/// How many hunks are left out, and what of them nobody may miss.
fn left_out(parts: &[Part], share: usize, page: &mut Page) {
    let files: BTreeSet<&str> = parts.iter().map(|part| &*part.hunk.file).collect();
    let [hunks, files] = [(parts.len(), "more hunk"), (files.len(), "file")].map(|(count, noun)| counted(count, noun));
    page.add(&format!("\n#### {hunks} in {files}\n\nsee the output of the run.\n"));
    let all = together(parts);
    within(page, |page| {
        stopping(&all, share, page);
        first(&all, &parts_of(&all), share, page);
    });
}

/// A part of a plan, and its texts.
struct Said<'r> {
    plan: &'r Plan,
    parts: Parts,
}

impl<'r> Said<'r> {
    fn of(plan: &'r Plan) -> Self {
        Self { plan, parts: parts_of(plan) }
    }

    /// Whether it does anything, is stopped or has something that needs a look.
    fn does(&self) -> bool {
        let Plan { conflicts, kept, new_hosts, violations, guards, .. } = self.plan;
        let looks = conflicts.len() + kept.len() + new_hosts.len() + violations.len() + guards.len();
        self.plan.tells_changes() || looks > 0
    }

    fn is_nothing(&self) -> bool {
        !self.does() && self.parts.consequences.is_empty()
    }
}

/// What several hunks bring about.
fn together(parts: &[Part]) -> Plan {
    let mut all = Plan::default();
    for Part { plan, .. } in parts {
        all.operations.extend(plan.operations.iter().cloned());
        all.conflicts.extend(plan.conflicts.iter().cloned());
        all.new_hosts.extend(plan.new_hosts.iter().cloned());
        all.violations.extend(plan.violations.iter().cloned());
        all.restraints.extend(plan.restraints.iter().cloned());
        all.guards.extend(plan.guards.iter().cloned());
        all.impact.lost.extend(plan.impact.lost.iter().cloned());
        all.impact.going_on.extend(plan.impact.going_on.iter().cloned());
    }
    all.impact.going_on.sort();
    all
}

fn length(sections: &[String]) -> usize {
    sections.iter().map(|section| section.chars().count()).sum()
}

/// A section for each hunk.
fn sections_of(review: &Review, told: &[Said<'_>], host: Option<&Host>, share: usize) -> Vec<String> {
    let host = host.filter(|host| host.is_for(review.commits[1].as_deref()));
    let one = |(index, (part, said)): (usize, (&Part, &Said<'_>))| {
        section(|page| {
            let title = title(&part.hunk, [0, 1].map(|side| Some((host?, review.commits[side].as_deref()?))));
            page.add(&format!("\n#### {}. {title}\n", index + 1));
            hunk(&part.hunk, share, page);
            brings_about(said, &part.shared, share, page);
        })
    };
    review.parts.iter().zip(told).enumerate().map(one).collect()
}

/// A section for what follows from no hunk, but for what stops the plan; nothing where there is nothing.
fn rest_of(rest: &Said<'_>, share: usize) -> String {
    if rest.is_nothing() {
        return String::new();
    }
    section(|page| {
        page.add("\n#### What follows from no hunk\n");
        if rest.plan.tells_changes() {
            page.add(&format!("\n**{}**\n", headline(rest.plan)));
        }
        body(rest, share, page);
    })
}

fn section(write: impl FnOnce(&mut Page)) -> String {
    let mut page = Page { out: String::new(), heading: "####" };
    within(&mut page, write);
    page.out
}

/// Writes what stands below a heading of a section.
fn within(page: &mut Page, write: impl FnOnce(&mut Page)) {
    let heading = std::mem::replace(&mut page.heading, "#####");
    write(page);
    page.heading = heading;
}

/// Where a hunk is: its file and lines, with a link to those where a host shows them.
fn title(hunk: &Hunk, [old, new]: [Option<(&Host, &str)>; 2]) -> String {
    let of = |lines: Lines, side: Option<(&Host, &str)>| {
        let ends = lines.ends()?;
        let (first, last) = ends;
        let words = if first == last { format!("line {first}") } else { format!("lines {first}-{last}") };
        // Where it leads out of the repository nobody shows it.
        let side = side.filter(|_| !hunk.file.split('/').any(|part| part == ".."));
        Some(match side {
            Some((host, commit)) => format!("[{words}]({})", host.lines(commit, &hunk.file, ends)),
            None => words,
        })
    };
    let file = span(&hunk.file);
    match (hunk.before, hunk.after) {
        (_, _) if hunk.former.is_some() => {
            let former = hunk.former.as_deref().map(span).unwrap_or_default();
            format!("{former} is {file} now")
        }
        (Lines::NoFile, _) => {
            format!("{file} comes{}", of(hunk.after, new).map(|lines| format!(", {lines}")).unwrap_or_default())
        }
        (_, Lines::NoFile) => {
            format!("{file} goes{}", of(hunk.before, old).map(|lines| format!(", {lines}")).unwrap_or_default())
        }
        (before, after) => match of(after, new) {
            Some(lines) => format!("{file} {lines}"),
            None => {
                let were = if before.ends().is_some_and(|(first, last)| first == last) { "was" } else { "were" };
                format!("{file} {} that {were} there", of(before, old).unwrap_or_default())
            }
        },
    }
}

/// The lines of a hunk; many are folded.
fn hunk(hunk: &Hunk, share: usize, page: &mut Page) {
    if hunk.text.is_empty() {
        return;
    }
    let text = hunk_lines(&hunk.text).join("\n");
    let count = text.lines().filter(|line| line.starts_with(['+', '-'])).count();
    let text = bounded(&text, share.min(4_000));
    if count <= MOST_LINES {
        return page.fence(&text);
    }
    page.add(&format!("\n<details><summary>{}</summary>\n", counted(count, "changed line")));
    page.fence(&text);
    page.add("\n</details>\n");
}

/// What follows from a hunk; of what stands under others their numbers.
fn brings_about(said: &Said<'_>, shared: &BTreeSet<usize>, share: usize, page: &mut Page) {
    let numbers = || named(shared.iter().map(|index| (index + 1).to_string()), usize::MAX);
    if said.is_nothing() {
        return page.add(&if shared.is_empty() {
            "\nNothing follows from it.\n".to_owned()
        } else {
            format!("\nWhat follows from it stands under {}.\n", numbers())
        });
    }
    if said.does() {
        page.add(&format!("\n**{}**\n", headline(said.plan)));
    }
    stopping(said.plan, share, page);
    body(said, share, page);
    if !shared.is_empty() {
        page.add(&format!("\nMore of what follows from it stands under {}.\n", numbers()));
    }
}

/// What a part of a plan does, and what follows from that.
fn body(said: &Said<'_>, share: usize, page: &mut Page) {
    let Said { plan, parts } = said;
    first(plan, parts, share, page);
    page.fenced("", &parts.objects.texts, 0, "change", share);
    same(&parts.objects.same, share, page);
    follows(parts, share, page);
    page.folded(&counted(parts.files.count(), "manifest"), &parts.files.texts, "manifest", share);
    same(&parts.files.same, share, page);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_are_told_by_how_many_they_were() {
        let gone = |count: u32| {
            let (before, after) = (Lines::From(22, count), Lines::From(22, 0));
            title(&Hunk { file: "a.kdl".to_owned(), former: None, before, after, text: String::new() }, [None, None])
        };
        assert_eq!(gone(1), "`a.kdl` line 22 that was there");
        assert_eq!(gone(2), "`a.kdl` lines 22-23 that were there");
    }
}
