//! What stops a plan, or needs a look, for people: each fact for itself, or many of one cause as one.

use super::change::{field, head, place};
use super::field::Bound;
use super::view::Detail;
use super::{counted, values};
use crate::plan::Plan;
use crate::report::cause::{by_cause, elsewhere};
use crate::report::clean::one_line;
use crate::report::event::Event;
use crate::report::fact::{Fact, Level, conflicts, guards, kept, new_hosts, violations};
use crate::report::{Paint, Style, named};

/// More than this of a sort are only counted, but in the full report.
const MOST: usize = 50;
/// Things that are named of what was warned of before.
const MOST_KNOWN: usize = 3;

/// The first facts of a sort as text, each with how much it matters, and how many more there are.
pub(in crate::report) struct Told {
    pub(in crate::report) texts: Vec<(Level, String)>,
    pub(in crate::report) more: usize,
}

impl Told {
    fn of<'p>(facts: impl ExactSizeIterator<Item = Fact<'p>>, most: usize, (bound, style): (Bound, Style)) -> Self {
        let more = facts.len().saturating_sub(most);
        Self { texts: facts.take(most).map(|fact| (fact.level, alone(&fact, bound, style))).collect(), more }
    }

    /// What breaks policies: what breaks one together, and what was warned of before in a line, behind what is new.
    fn by_policy<'p>(facts: impl Iterator<Item = Fact<'p>>, most: usize, style: Style) -> Self {
        let (known, new): (Vec<Fact<'_>>, Vec<Fact<'_>>) = facts.partition(|fact| fact.known);
        let new = by_cause(&new, |fact| Some((&fact.cause, fact.level)));
        let known = known.chunk_by(|one, other| one.cause == other.cause);
        let new = new.iter().map(|group| together(group, style));
        let mut texts: Vec<(Level, String)> = new.chain(known.map(|group| in_a_line(group, style))).collect();
        let more = texts.len().saturating_sub(most);
        texts.truncate(most);
        Self { texts, more }
    }

    /// The texts, each behind a gap, and how many more there are.
    fn text(&self, gap: &str) -> String {
        let more = if self.more > 0 { format!("\n… {} more; --full shows them\n", self.more) } else { String::new() };
        self.texts.iter().flat_map(|(_, text)| [gap, text]).collect::<String>() + &more
    }
}

/// What stops a plan or needs a look, at most so many of each sort: new hosts, conflicts, broken policies, guards, and what stays as
/// others changed it.
pub(in crate::report) fn told(plan: &Plan, most: usize, detail: Detail, style: Style) -> [Told; 5] {
    let look = (Bound::of(detail), style);
    let broken = match detail {
        Detail::Full => Told::of(violations(plan), most, look),
        Detail::Summary | Detail::Changes => Told::by_policy(violations(plan), most, style),
    };
    [
        Told::of(new_hosts(plan), most, look),
        Told::of(conflicts(plan), most, look),
        broken,
        Told::of(guards(plan), most, look),
        Told::of(kept(plan), most, look),
    ]
}

/// What stays as others changed it, below a heading, and the rest; all of it in the full report.
pub(super) fn stops(plan: &Plan, detail: Detail, style: Style) -> [String; 2] {
    let most = if detail == Detail::Full { usize::MAX } else { MOST };
    let [rest @ .., kept] = told(plan, most, detail, style);
    let title = style.paint(Paint::Changed, &format!("KEPT {}", counted(plan.kept.len(), "change")));
    let title = format!("\n{title} of others, as on-drift keep says\n");
    let kept = if plan.kept.is_empty() { String::new() } else { title + &kept.text("") };
    [kept, rest.map(|sort| sort.text("\n")).concat()]
}

fn paint(level: Level) -> Paint {
    match level {
        Level::Error => Paint::Removed,
        Level::Warning | Level::Note => Paint::Changed,
    }
}

/// A fact by itself: what it is about, what is said of that, and the lines below.
fn alone(fact: &Fact<'_>, bound: Bound, style: Style) -> String {
    let before = if fact.known { " as before" } else { "" };
    let what = if fact.subject.is_empty() { &fact.sentence } else { &fact.subject };
    let (body, waits) = match &fact.event {
        Some(Event::Conflict { conflict }) if conflict.obstacle.is_none() => {
            (values::in_conflict(conflict, bound, style), &*conflict.waits)
        }
        Some(Event::Drift { drift }) => (values::kept(drift, bound, style), &[][..]),
        _ if fact.subject.is_empty() => (String::new(), &[][..]),
        _ => (format!("    {}\n", one_line(&fact.sentence)), &[][..]),
    };
    let mut out = head(paint(fact.level), &format!("{}{before} {what}", fact.mark), fact.source, "", style) + &body;
    for (line, source) in &fact.rest {
        out.push_str(&format!("    {}{}\n", one_line(line), style.paint(Paint::Dim, &place(*source, style))));
    }
    if !waits.is_empty() {
        out.push_str("    not carried out either while the object is in conflict:\n");
        out.extend(waits.iter().map(|one| field(one, bound, style)));
    }
    out
}

/// Facts of one cause: the first by itself, and where the others are.
fn together(group: &[&Fact<'_>], style: Style) -> (Level, String) {
    let Some(first) = group.first() else { return (Level::Note, String::new()) };
    let whereabouts = |fact: &Fact<'_>| format!("{}{}", fact.subject, place(fact.source, style));
    let others = elsewhere(group, whereabouts, |fact| (&fact.sentence).into());
    let others = others.iter().map(|line| format!("    {}\n", one_line(line)));
    (first.level, others.fold(alone(first, Bound::Fitting, style), |text, line| text + &line))
}

/// What was warned of before, by one policy.
fn in_a_line(group: &[Fact<'_>], style: Style) -> (Level, String) {
    let Some(first) = group.first() else { return (Level::Note, String::new()) };
    let head = style.paint(paint(first.level), &format!("{} as before", first.mark));
    let policy = first.rest.iter().map(|(line, source)| format!("{}{}", one_line(line), place(*source, style)));
    let names = named(group.iter().map(|fact| one_line(&fact.subject)), MOST_KNOWN);
    (first.level, format!("{head} by {}: {names}; --full shows why\n", policy.collect::<String>()))
}
