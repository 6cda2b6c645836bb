//! A value before and after, as lines.

use super::change::place;
use super::view::Detail;
use crate::align::ChangeTag;
use crate::diff::{Notation, notation};
use crate::model::{Map, Value};
use crate::plan::{FieldPart, Place};
use crate::report::clean::one_line;
use crate::report::columns::{columns, cropped, cropped_apart, cropped_head};
use crate::report::difference::{Change, Line, Run, change};
use crate::report::fact::value_of;
use crate::report::{Paint, Style};
use crate::syntax::{Escapes, escaped, needs_escapes};
use std::borrow::Cow;

/// More lines of one value than this are only counted, where there is a bound.
const MOST_LINES: usize = 40;
/// The fewest columns that a value gets, however narrow the terminal.
pub(super) const NARROWEST: usize = 30;
/// The most columns of a path.
const LONGEST_NAME: usize = 200;

/// Whether long things are shown whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Bound {
    /// They are cut to what fits, and it is said.
    Fitting,
    /// They are shown whole.
    Whole,
}

impl Bound {
    /// That of what is shown of a plan.
    pub(in crate::report) fn of(detail: Detail) -> Self {
        match detail {
            Detail::Full => Self::Whole,
            Detail::Summary | Detail::Changes => Self::Fitting,
        }
    }
}

/// How a line about a value starts and ends.
pub(in crate::report) struct Heading<'a> {
    /// What it is called.
    pub(in crate::report) name: &'a str,
    /// What stands behind it: why it changes.
    pub(in crate::report) note: &'a str,
    /// Where it is written.
    pub(in crate::report) source: Option<&'a Place>,
}

/// A value on two sides, with its parts that differ where these say more.
#[derive(Clone, Copy)]
pub(in crate::report) struct Sides<'a> {
    /// What it was.
    pub(in crate::report) before: Option<&'a Value>,
    /// What it becomes.
    pub(in crate::report) after: Option<&'a Value>,
    /// What of it differs.
    pub(in crate::report) parts: &'a [FieldPart],
}

/// What differs between two values: one line, or a heading with lines below it; each with its line end.
pub(in crate::report) fn value(heading: &Heading<'_>, sides: Sides<'_>, bound: Bound, style: Style) -> String {
    if let [FieldPart { path, before: Some(before), after: Some(after), .. }] = sides.parts
        && path.is_empty()
    {
        return value(heading, Sides { before: Some(&before.0), after: Some(&after.0), parts: &[] }, bound, style);
    }
    let name = named(&visible(heading.name), bound);
    let tail = format!("{}{}", heading.note, place(heading.source, style));
    let mut note = String::new();
    let lines = if sides.parts.is_empty() {
        let change = change(heading.name, sides.before, sides.after);
        if let Some(text) = inline(&change, columns(&name) + 6 + columns(&tail), bound, style) {
            return format!("    {name}  {text}{}\n", style.paint(Paint::Dim, &tail));
        }
        note.push_str(escaping(&change));
        match &change {
            Change::Lines { lines, .. } => text_lines(lines, bound, style),
            Change::Value { .. } | Change::Items { .. } => Vec::new(),
        }
    } else {
        let read_as = sides.before.zip(sides.after).and_then(|(before, after)| notation(before, after));
        note.push_str(read_as.map(document).unwrap_or_default());
        sides.parts.iter().flat_map(|part| nested(part, heading.source, bound, style)).collect()
    };
    let lines: String = shortened(lines, bound).iter().map(|line| format!("{line}\n")).collect();
    format!("    {name}{}\n{lines}", style.paint(Paint::Dim, &format!("{note}{tail}")))
}

/// What a reader is told of texts that are compared by what they mean.
fn document(notation: Notation) -> &'static str {
    match notation {
        Notation::Json => "  (JSON, by its parts)",
        Notation::Yaml => "  (YAML, by its parts)",
    }
}

/// What a reader is told of lines that are not as they are.
fn escaping(change: &Change) -> &'static str {
    match change {
        Change::Lines { are_escaped: true, .. } => "  (with escapes)",
        Change::Lines { .. } | Change::Value { .. } | Change::Items { .. } => "",
    }
}

/// A name with what nobody sees of it as escapes.
fn visible(name: &str) -> Cow<'_, str> {
    if needs_escapes(name) { Cow::Owned(escaped(name, Escapes::Hidden)) } else { Cow::Borrowed(name) }
}

/// A name or a path, none so long that nobody gets to what stands behind it.
fn named(path: &str, bound: Bound) -> String {
    match bound {
        Bound::Fitting => cropped_head(path, LONGEST_NAME),
        Bound::Whole => path.to_owned(),
    }
}

/// The lines without those that are too many, and how many these are.
fn shortened(mut lines: Vec<String>, bound: Bound) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST_LINES);
    if bound == Bound::Fitting && more > 0 {
        lines.truncate(MOST_LINES);
        lines.push(left_out(more));
    }
    lines
}

/// That so many lines are not shown.
fn left_out(more: usize) -> String {
    format!("      … {} more; --full shows them", super::counted(more, "line"))
}

/// The lines of a text that are shown, and what is said of the others.
pub(super) fn first_lines(text: &str, bound: Bound) -> (&str, Option<String>) {
    let end = text.match_indices('\n').nth(MOST_LINES - 1).map(|(at, _)| at + 1);
    match end.filter(|end| bound == Bound::Fitting && *end < text.len()) {
        Some(end) => (&text[..end], Some(left_out(text[end..].lines().count()) + "\n")),
        None => (text, None),
    }
}

/// A line of a patch: one that comes or goes, without its sign, or any other.
pub(super) fn signed(line: String) -> Line {
    match (line.strip_prefix('+'), line.strip_prefix('-')) {
        (Some(text), _) => Line::Added(text.to_owned()),
        (_, Some(text)) => Line::Removed(text.to_owned()),
        (None, None) => Line::Same(line),
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
            let [before, after] = fit_apart([before, after], half, bound);
            Some(format!("{} -> {}", style.paint(Paint::Removed, &before), style.paint(Paint::Added, &after)))
        }
        Change::Value { before: None, after } => {
            Some(style.paint(Paint::Added, &fit(after.as_deref().unwrap_or("(nothing)"), free, bound)))
        }
        Change::Items { added, removed } => {
            let share = if added.is_empty() || removed.is_empty() { free } else { free / 2 };
            let [come, go] = fit_apart([&added.join(" "), &removed.join(" ")], share, bound);
            let items = |sign: char, items: &[String], text: &str, paint| {
                (!items.is_empty()).then(|| style.paint(paint, &format!("[{sign} {text}]")))
            };
            let both = [items('+', added, &come, Paint::Added), items('-', removed, &go, Paint::Removed)];
            Some(both.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        Change::Lines { .. } => None,
    }
}

/// The lines of a part below its value. Its place is said where it is not that of the whole.
fn nested(part: &FieldPart, whole: Option<&Place>, bound: Bound, style: Style) -> Vec<String> {
    let line_of = |place: &Place| (place.name().into_owned(), place.line);
    let source = part.source.as_ref().filter(|source| whole.map(line_of) != Some(line_of(source)));
    let (tail, path) = (place(source, style), named(&part.path, bound));
    let [before, after] = [&part.before, &part.after].map(value_of);
    let (sign, paint) = match (before, after) {
        (None, _) => ('+', Paint::Added),
        (Some(_), None) => ('-', Paint::Removed),
        (Some(_), Some(_)) => ('~', Paint::Changed),
    };
    let dim = style.paint(Paint::Dim, &tail);
    let head = |text: &str| format!("      {text}{dim}");
    let name = style.paint(paint, &format!("{sign} {path}"));
    let only = before.or(after).filter(|_| sign != '~');
    if only.and_then(Value::as_object).is_some_and(Map::is_empty) {
        return vec![head(&name)];
    }
    let change = change(&part.path, before, after);
    let taken = columns(&path) + columns(&tail) + 10;
    if let Change::Lines { lines, .. } = &change {
        let note = style.paint(Paint::Dim, escaping(&change));
        let head = head(&format!("{} {path}{note}", style.paint(paint, "~")));
        let inner = Style { width: style.width.saturating_sub(2), ..style };
        let lines = text_lines(lines, bound, inner).into_iter().map(|line| format!("  {line}"));
        return [head].into_iter().chain(lines).collect();
    }
    if let Some(members) = only.and_then(|value| opened(value, taken, style)) {
        let free = style.width.saturating_sub(10).max(NARROWEST);
        let line =
            |text: String| format!("      {}", style.paint(paint, &format!("{sign}   {}", fit(&text, free, bound))));
        return [head(&name)].into_iter().chain(members.into_iter().map(line)).collect();
    }
    vec![match change {
        // What goes is said by its sign, not by an arrow to nothing.
        Change::Value { before: Some(before), after: None } => {
            let text = fit(&before, style.width.saturating_sub(taken).max(NARROWEST), bound);
            head(&style.paint(paint, &format!("- {path}  {text}")))
        }
        change => {
            let text = inline(&change, taken, bound, style).unwrap_or_default();
            head(&format!("{} {path}  {text}", style.paint(paint, &sign.to_string())))
        }
    }]
}

/// What comes or goes, member by member or item by item, where it is too long for its line.
fn opened(value: &Value, taken: usize, style: Style) -> Option<Vec<String>> {
    let text = super::kdl_value(value);
    if columns(&text) + taken <= style.width.max(taken + NARROWEST) {
        return None;
    }
    match value {
        Value::Object(map) => {
            let line = |member: &crate::model::Member| {
                [&Value::string(&*member.name.value), &member.value].map(super::kdl_value).join("  ")
            };
            Some(map.sorted().into_iter().map(line).collect())
        }
        Value::Array(items) => Some(items.iter().map(|item| super::kdl_value(item)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => None,
    }
}

/// A text on one line: all of it, or what fits.
pub(in crate::report) fn fit(text: &str, most: usize, bound: Bound) -> String {
    match bound {
        Bound::Fitting => cropped(&one_line(text), most),
        Bound::Whole => one_line(text).into_owned(),
    }
}

/// Two texts, each on one line, cut so that they do not come to the same.
fn fit_apart(texts: [&str; 2], most: usize, bound: Bound) -> [String; 2] {
    let [one, other] = texts.map(one_line);
    if bound == Bound::Whole {
        return [one.into_owned(), other.into_owned()];
    }
    let mut cut = cropped_apart(&[&one, &other], most).into_iter();
    [cut.next().unwrap_or_default(), cut.next().unwrap_or_default()]
}

/// The lines of a text, each behind its sign. One that goes never looks like one that comes.
pub(in crate::report) fn text_lines(lines: &[Line], bound: Bound, style: Style) -> Vec<String> {
    let free = style.width.saturating_sub(8).max(NARROWEST);
    let mut out = Vec::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let changed = |line: &&Line| matches!(line, Line::Added(_) | Line::Removed(_));
        let block = rest.iter().take_while(changed).count();
        if block == 0 {
            out.push(format!("      {}", quiet_line(first, free, bound, style)));
            rest = &rest[1..];
            continue;
        }
        let block_lines = &rest[..block];
        let texts = apart(block_lines, free, bound);
        for (line, text) in block_lines.iter().zip(texts) {
            let (sign, paint) =
                if matches!(line, Line::Added(_)) { ('+', Paint::Added) } else { ('-', Paint::Removed) };
            out.push(format!("      {}", style.paint(paint, &format!("{sign} {text}"))));
        }
        rest = &rest[block..];
    }
    out
}

/// The texts of lines that go and come, each cut so that it is not taken for another one.
pub(super) fn apart(lines: &[Line], free: usize, bound: Bound) -> Vec<String> {
    let text = |line: &Line| match line {
        Line::Added(text) | Line::Removed(text) | Line::Same(text) => one_line(text).into_owned(),
        Line::Mixed(_) | Line::Gap | Line::NoEnd => String::new(),
    };
    let texts: Vec<String> = lines.iter().map(text).collect();
    if bound == Bound::Whole {
        return texts;
    }
    let mut cut: Vec<String> = texts.iter().map(|text| cropped(text, free)).collect();
    let goes = |index: &usize| matches!(lines[*index], Line::Removed(_));
    for old in (0..lines.len()).filter(goes) {
        let same = (0..lines.len()).find(|new| !goes(new) && cut[old] == cut[*new] && texts[old] != texts[*new]);
        if let Some(new) = same {
            [cut[old], cut[new]] = fit_apart([&texts[old], &texts[new]], free, bound);
        }
    }
    cut
}

/// A line that neither comes nor goes as a whole.
fn quiet_line(line: &Line, free: usize, bound: Bound, style: Style) -> String {
    match line {
        Line::Same(text) | Line::Added(text) | Line::Removed(text) => format!("  {}", fit(text, free, bound)),
        Line::Gap => style.paint(Paint::Dim, "  …"),
        Line::NoEnd => style.paint(Paint::Dim, "\\ no line end"),
        Line::Mixed(runs) => format!("{} {}", style.paint(Paint::Changed, "~"), words(runs, free, bound, style)),
    }
}

/// The words of a line, those that go and those that come in brackets.
fn words(runs: &[Run], free: usize, bound: Bound, style: Style) -> String {
    let mut out = String::new();
    let mut rest = runs;
    while let [first, after @ ..] = rest {
        rest = after;
        match (first.tag, after.first()) {
            (ChangeTag::Equal, _) => out.push_str(&one_line(&first.text)),
            (tag, Some(second)) if second.tag != ChangeTag::Equal && second.tag != tag => {
                let [one, other] = fit_apart([&first.text, &second.text], free, bound);
                out.push_str(&(bracketed(tag, &one, style) + &bracketed(second.tag, &other, style)));
                rest = &after[1..];
            }
            (tag, _) => out.push_str(&bracketed(tag, &fit(&first.text, free, bound), style)),
        }
    }
    out
}

fn bracketed(tag: ChangeTag, text: &str, style: Style) -> String {
    match tag {
        ChangeTag::Equal => text.to_owned(),
        ChangeTag::Delete => style.paint(Paint::Removed, &format!("[-{text}-]")),
        ChangeTag::Insert => style.paint(Paint::Added, &format!("{{+{text}+}}")),
    }
}

#[cfg(test)]
mod laws;
