//! A value before and after, as lines.

use crate::model::Value;
use crate::report::clean::one_line;
use crate::report::columns::{columns, cropped};
use crate::report::difference::{Change, Line, Part, differences};
use crate::report::{Paint, Style};
use similar::ChangeTag;

/// More lines of one value than this are only counted, where there is a bound.
const MOST_LINES: usize = 40;
/// The fewest columns that a value gets, however narrow the terminal.
const NARROWEST: usize = 30;

/// Whether long things are shown whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Bound {
    /// They are cut to what fits, and it is said.
    Fitting,
    /// They are shown whole.
    Whole,
}

/// How a line about a value starts and ends.
pub(in crate::report) struct Heading<'a> {
    /// What it is called.
    pub(in crate::report) name: &'a str,
    /// What stands behind it: why it changes, where it is written.
    pub(in crate::report) tail: &'a str,
}

/// What differs between two values: one line, or a heading with lines below it; each with its line end.
pub(in crate::report) fn value(
    heading: &Heading<'_>,
    before: Option<&Value>,
    after: Option<&Value>,
    bound: Bound,
    style: Style,
) -> String {
    let (notation, parts) = differences(before, after);
    let name = one_line(heading.name);
    let tail = style.paint(Paint::Dim, heading.tail);
    if let [Part { path, change }] = &*parts
        && path.is_empty()
        && let Some(text) = inline(change, columns(&name) + 6 + columns(heading.tail), bound, style)
    {
        return format!("    {name}  {text}{tail}\n");
    }
    let note = notation.note().map(|note| format!("  ({note})")).unwrap_or_default();
    let mut lines: Vec<String> = parts.iter().flat_map(|part| nested(part, bound, style)).collect();
    shorten(&mut lines, bound);
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    format!("    {name}{}{tail}\n{lines}", style.paint(Paint::Dim, &note))
}

/// Takes the lines that are too many, and says how many they are.
fn shorten(lines: &mut Vec<String>, bound: Bound) {
    let more = lines.len().saturating_sub(MOST_LINES);
    if bound == Bound::Fitting && more > 0 {
        lines.truncate(MOST_LINES);
        lines.push(format!("      … {} more; --full shows them", super::counted(more, "line")));
    }
}

/// A change on one line; nothing where it takes several. `taken` columns of the line are not free.
fn inline(change: &Change, taken: usize, bound: Bound, style: Style) -> Option<String> {
    let free = style.width.saturating_sub(taken).max(NARROWEST);
    match change {
        Change::Value { before: Some(before), after } => {
            let after = after.as_deref().unwrap_or("(nothing)");
            // The shorter one leaves its columns to the other.
            let half = free.saturating_sub(4) / 2;
            let half = half.max(free.saturating_sub(4 + columns(after).min(columns(before))));
            let (before, after) = (fit(before, half, bound), fit(after, half, bound));
            Some(format!("{} -> {}", style.paint(Paint::Removed, &before), style.paint(Paint::Added, &after)))
        }
        Change::Value { before: None, after } => {
            Some(style.paint(Paint::Added, &fit(after.as_deref().unwrap_or("(nothing)"), free, bound)))
        }
        Change::Items { added, removed } => {
            let share = if added.is_empty() || removed.is_empty() { free } else { free / 2 };
            let items = |sign: char, items: &[String], paint| {
                let text = fit(&items.join(" "), share, bound);
                (!items.is_empty()).then(|| style.paint(paint, &format!("[{sign} {text}]")))
            };
            let both = [items('+', added, Paint::Added), items('-', removed, Paint::Removed)];
            Some(both.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        Change::Lines(_) => None,
    }
}

/// The lines of a part below its value.
fn nested(part: &Part, bound: Bound, style: Style) -> Vec<String> {
    let path = one_line(&part.path);
    match &part.change {
        Change::Lines(lines) => {
            let head = (!path.is_empty()).then(|| format!("      {} {path}", style.paint(Paint::Changed, "~")));
            head.into_iter().chain(lines.iter().map(|line| text_line(line, bound, style))).collect()
        }
        // What goes is said by its sign, not by an arrow to nothing.
        Change::Value { before: Some(before), after: None } => {
            let text = fit(before, style.width.saturating_sub(columns(&path) + 10).max(NARROWEST), bound);
            vec![style.paint(Paint::Removed, &format!("      - {path}  {text}"))]
        }
        change @ (Change::Value { .. } | Change::Items { .. }) => {
            let (sign, paint) = match change {
                Change::Value { before: None, .. } => ("+", Paint::Added),
                Change::Value { .. } | Change::Items { .. } | Change::Lines(_) => ("~", Paint::Changed),
            };
            let text = inline(change, columns(&path) + 10, bound, style).unwrap_or_default();
            vec![format!("      {} {path}  {text}", style.paint(paint, sign))]
        }
    }
}

/// A text on one line: all of it, or what fits.
fn fit(text: &str, most: usize, bound: Bound) -> String {
    match bound {
        Bound::Fitting => cropped(&one_line(text), most),
        Bound::Whole => one_line(text).into_owned(),
    }
}

/// A line of a text, behind its sign.
pub(in crate::report) fn text_line(line: &Line, bound: Bound, style: Style) -> String {
    let free = style.width.saturating_sub(8).max(NARROWEST);
    let fit = |text: &str| fit(text, free, bound);
    let text = match line {
        Line::Same(text) => format!("  {}", fit(text)),
        Line::Added(text) => style.paint(Paint::Added, &format!("+ {}", fit(text))),
        Line::Removed(text) => style.paint(Paint::Removed, &format!("- {}", fit(text))),
        Line::Gap => style.paint(Paint::Dim, "  …"),
        Line::Mixed(runs) => {
            let run = |tag: ChangeTag, text: &str| match tag {
                ChangeTag::Equal => one_line(text).into_owned(),
                ChangeTag::Delete => style.paint(Paint::Removed, &format!("[-{}-]", one_line(text))),
                ChangeTag::Insert => style.paint(Paint::Added, &format!("{{+{}+}}", one_line(text))),
            };
            let runs: String = runs.iter().map(|piece| run(piece.tag, &piece.text)).collect();
            format!("{} {runs}", style.paint(Paint::Changed, "~"))
        }
    };
    format!("      {text}")
}
