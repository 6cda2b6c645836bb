//! Policies that are broken: what is new in full, many things that break one policy together, and what was warned of before in a line.

use super::change::place;
use super::view::Detail;
use crate::plan::Violation;
use crate::report::clean::one_line;
use crate::report::{Paint, Style, counted};

/// Up to this many things that break a policy are told one by one.
const FEW: usize = 3;
/// Of more, so many are named.
const MOST_NAMED: usize = 10;
/// Things that are named of what was warned of before.
const MOST_KNOWN: usize = 3;

/// Broken policies as text, in the order of the plan, those that were warned of before last.
pub(super) fn violations(violations: &[Violation], detail: Detail, style: Style) -> Vec<String> {
    if detail == Detail::Full {
        return violations.iter().map(|one| alone(one, style)).collect();
    }
    let (known, new): (Vec<&Violation>, Vec<&Violation>) = violations.iter().partition(|one| one.known);
    let told = by_policy(&new).flat_map(|group| match group {
        few if few.len() <= FEW => few.iter().map(|one| alone(one, style)).collect(),
        many => vec![together(many, style)],
    });
    told.chain(by_policy(&known).map(|group| in_a_line(group, style))).collect()
}

/// What breaks each policy; a plan has it in that order.
fn by_policy<'v>(violations: &'v [&'v Violation]) -> impl Iterator<Item = &'v [&'v Violation]> {
    violations.chunk_by(|one, other| (&one.policy, one.denies) == (&other.policy, other.denies))
}

fn about(violation: &Violation) -> String {
    one_line(&violation.about()).into_owned()
}

fn policy(violation: &Violation, style: Style) -> String {
    format!("policy {}{}", one_line(&violation.policy), place(violation.policy_source.as_ref(), style))
}

fn word(violation: &Violation) -> (&'static str, Paint) {
    if violation.denies { ("DENIED", Paint::Removed) } else { ("WARNED", Paint::Changed) }
}

fn alone(violation: &Violation, style: Style) -> String {
    let (word, paint) = word(violation);
    let before = if violation.known { " as before" } else { "" };
    format!(
        "{}{}\n    {}\n{}\n",
        style.paint(paint, &format!("{word}{before} {}", about(violation))),
        style.paint(Paint::Dim, &place(violation.source.as_ref(), style)),
        one_line(&violation.message),
        style.paint(Paint::Dim, &format!("    {}", policy(violation, style)))
    )
}

/// Things that break one policy: what is wrong with all of them once, or with each.
fn together(group: &[&Violation], style: Style) -> String {
    let Some(first) = group.first() else { return String::new() };
    let (word, paint) = word(first);
    let head = style.paint(paint, &format!("{word} {}", counted(group.len(), "thing")));
    let mut out = format!("{head}{}\n", style.paint(Paint::Dim, &format!(" by {}", policy(first, style))));
    let same = group.iter().all(|one| one.message == first.message);
    if same {
        out.push_str(&format!("    {}\n", one_line(&first.message)));
    }
    for one in group.iter().take(MOST_NAMED) {
        let place = style.paint(Paint::Dim, &place(one.source.as_ref(), style));
        let message = if same { String::new() } else { format!(": {}", one_line(&one.message)) };
        out.push_str(&format!("      {}{place}{message}\n", about(one)));
    }
    if group.len() > MOST_NAMED {
        out.push_str(&format!("      … {} more; --full shows them\n", group.len() - MOST_NAMED));
    }
    out
}

/// What was warned of before, by one policy.
fn in_a_line(group: &[&Violation], style: Style) -> String {
    let Some(first) = group.first() else { return String::new() };
    let (word, paint) = word(first);
    let head = style.paint(paint, &format!("{word} as before"));
    let mut named: Vec<String> = group.iter().take(MOST_KNOWN).map(|one| about(one)).collect();
    if group.len() > MOST_KNOWN {
        named.push(format!("{} more", group.len() - MOST_KNOWN));
    }
    format!("{head} by {}: {}; --full shows why\n", policy(first, style), named.join(", "))
}
