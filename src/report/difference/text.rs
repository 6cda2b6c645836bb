//! Texts: line by line, and word by word in lines that stay nearly the same.

use super::Change;
use super::list::seem_to_stay;
use crate::align::{self, ChangeTag, DiffOp, group_diff_ops};
use crate::syntax::{Escapes, escaped, needs_escapes};

/// A text longer than this, or of several lines, is shown by what differs in it.
const ONE_LINE: usize = 100;
/// A line shorter than this is shown whole, as it was and as it becomes.
const SHORT: usize = 40;
/// A line longer than this is not looked at word by word.
const TOO_LONG: usize = 20_000;
/// Words that are shown before and behind those that differ.
const AROUND: usize = 5;
/// Characters that are shown of these at the most.
const LONGEST_AROUND: usize = 60;

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) enum Line {
    /// It stays.
    Same(String),
    /// It comes.
    Added(String),
    /// It goes.
    Removed(String),
    /// Some of its words differ.
    Mixed(Vec<Run>),
    /// Lines that stay, left out.
    Gap,
    /// The text ends with the line above, without a line end.
    NoEnd,
}

/// Words of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Run {
    /// What becomes of them.
    pub(in crate::report) tag: ChangeTag,
    /// The words.
    pub(in crate::report) text: String,
}

/// Whether a text is better shown by what differs in it.
pub(super) fn is_long(text: &str) -> bool {
    text.len() > ONE_LINE || text.contains('\n')
}

/// A whole line that stays, comes or goes.
pub(super) fn shown(tag: ChangeTag, text: String) -> Line {
    match tag {
        ChangeTag::Equal => Line::Same(text),
        ChangeTag::Delete => Line::Removed(text),
        ChangeTag::Insert => Line::Added(text),
    }
}

/// What differs between two texts, with one line around it. Where a line holds what nobody sees, all of them stand as KDL escapes
/// them, without the quotes.
pub(super) fn compare(before: &str, after: &str) -> Change {
    // Where both end without a line end, nobody is told of it.
    let end = if before.ends_with('\n') || after.ends_with('\n') { "" } else { "\n" };
    let ended = [before, after].map(|text| if text.is_empty() { String::new() } else { format!("{text}{end}") });
    let [old, new] = [&ended[0], &ended[1]].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let escapes = escapes(&old, &new);
    let text = |line: &str| escapes.map_or_else(|| line.to_owned(), |escapes| escaped(line, escapes));
    let mut lines = Vec::new();
    for group in group_diff_ops(align::operations(&old, &new), 1) {
        if !lines.is_empty() {
            lines.push(Line::Gap);
        }
        for operation in &group {
            let (old, new) = (&old[operation.old_range()], &new[operation.new_range()]);
            match operation {
                DiffOp::Equal { .. } => lines.extend(new.iter().map(|line| Line::Same(text(bare(line))))),
                DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. } => {
                    replaced(old, new, &text, &mut lines);
                }
            }
        }
    }
    Change::Lines { lines, are_escaped: escapes.is_some() }
}

/// How the lines of two texts are escaped, so that none that goes looks like one that comes; nothing where each is plain.
fn escapes(old: &[&str], new: &[&str]) -> Option<Escapes> {
    let hidden = old.iter().chain(new).any(|line| needs_escapes(bare(line))).then_some(Escapes::Hidden);
    let text = |line: &&str| hidden.map_or_else(|| bare(line).to_owned(), |escapes| escaped(bare(line), escapes));
    let [old, new] = [old, new].map(|lines| lines.iter().map(text).collect::<Vec<_>>());
    if seem_to_stay(&old, &new) { Some(Escapes::BesideAscii) } else { hidden }
}

/// A line without its line end.
fn bare(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

/// Lines that others take the place of: one by one where they are as many and alike, else all that go and all that come.
fn replaced(old: &[&str], new: &[&str], text: &impl Fn(&str) -> String, lines: &mut Vec<Line>) {
    let mixed: Option<Vec<Line>> = if old.len() == new.len() {
        old.iter().zip(new).map(|(old, new)| words(old, new, text)).collect()
    } else {
        None
    };
    if let Some(mixed) = mixed {
        return lines.extend(mixed);
    }
    for (side, shown) in [(old, Line::Removed as fn(String) -> Line), (new, Line::Added)] {
        for line in side {
            lines.push(shown(text(bare(line))));
            if !line.ends_with('\n') {
                lines.push(Line::NoEnd);
            }
        }
    }
}

/// The words that differ in a long line of which most stays.
fn words(old: &str, new: &str, text: &impl Fn(&str) -> String) -> Option<Line> {
    let long = |line: &str| (SHORT..TOO_LONG).contains(&line.len());
    if !long(old) || !long(new) || old.ends_with('\n') != new.ends_with('\n') {
        return None;
    }
    let (old, new) = (bare(old), bare(new));
    let (old, new) = (align::words(old), align::words(new));
    let operations = align::operations(&old, &new);
    let changes = operations.iter().flat_map(|operation| operation.iter_changes(&old, &new));
    let mut runs: Vec<Run> = Vec::new();
    let mut stay = 0;
    for change in changes {
        stay += usize::from(change.tag() == ChangeTag::Equal);
        match runs.last_mut() {
            Some(last) if last.tag == change.tag() => last.text.push_str(change.value()),
            _ => runs.push(Run { tag: change.tag(), text: change.value().to_owned() }),
        }
    }
    // Fewer than half of the words stay.
    if 4 * stay < old.len() + new.len() {
        return None;
    }
    let last = runs.len().saturating_sub(1);
    for (index, run) in runs.iter_mut().enumerate() {
        if run.tag == ChangeTag::Equal {
            let head = if index == 0 { 0 } else { AROUND };
            let tail = if index == last { 0 } else { AROUND };
            run.text = abridged(&run.text, head, tail, text);
        } else {
            run.text = text(&run.text);
        }
    }
    Some(Line::Mixed(runs))
}

/// Words that stay: the first `head` and the last `tail` of them.
fn abridged(line: &str, head: usize, tail: usize, text: &impl Fn(&str) -> String) -> String {
    let words: Vec<&str> = line.split_inclusive(char::is_whitespace).collect();
    if words.len() <= head + tail + 1 && line.chars().count() <= 2 * LONGEST_AROUND {
        return text(line);
    }
    let (start, end) = if words.len() > head + tail {
        (words[..head].concat(), words[words.len() - tail..].concat())
    } else {
        (
            if head == 0 { String::new() } else { line.to_owned() },
            if tail == 0 { String::new() } else { line.to_owned() },
        )
    };
    let start: String = text(&start).chars().take(LONGEST_AROUND).collect();
    let end = text(&end);
    let end: String = end.chars().skip(end.chars().count().saturating_sub(LONGEST_AROUND)).collect();
    let gap = if end.is_empty() { "…" } else { "… " };
    format!("{start}{gap}{end}")
}

/// The lines of hunks of a unified diff, each with its sign; the texts behind the signs are escaped where one of them has to be.
pub(in crate::report) fn hunk_lines(hunks: &str) -> Vec<String> {
    let lines: Vec<&str> = hunks.split_terminator('\n').collect();
    let of = |sign: char| lines.iter().filter_map(|line| line.strip_prefix(sign)).collect::<Vec<_>>();
    let is_text = |line: &str| line.starts_with(['+', '-', ' ']);
    let escapes = match escapes(&of('-'), &of('+')) {
        None => of(' ').iter().any(|line| needs_escapes(line)).then_some(Escapes::Hidden),
        some => some,
    };
    let shown = |line: &&str| match escapes {
        Some(escapes) if is_text(line) => format!("{}{}", &line[..1], escaped(&line[1..], escapes)),
        Some(_) | None => (*line).to_owned(),
    };
    lines.iter().map(shown).collect()
}
