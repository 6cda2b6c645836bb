//! Texts: line by line, and word by word in lines that stay nearly the same.

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff};

/// A text longer than this, or of several lines, is shown by what differs in it.
const ONE_LINE: usize = 100;
/// A line shorter than this is shown whole, as it was and as it becomes.
const SHORT: usize = 40;
/// A line longer than this is not looked at word by word.
const TOO_LONG: usize = 20_000;
/// Words that are shown before and behind those that differ.
const AROUND: usize = 5;

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

/// What differs between two texts, with one line around it.
pub(in crate::report) fn lines(before: &str, after: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(1) {
        if !lines.is_empty() {
            lines.push(Line::Gap);
        }
        for operation in &group {
            let of = |tag: ChangeTag| -> Vec<&str> {
                let changes = diff.iter_changes(operation).filter(|change| change.tag() == tag);
                changes.map(|change| change.value().trim_end_matches(['\n', '\r'])).collect()
            };
            match operation {
                DiffOp::Equal { .. } => {
                    lines.extend(of(ChangeTag::Equal).into_iter().map(|line| Line::Same(line.to_owned())));
                }
                DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. } => {
                    replaced(&of(ChangeTag::Delete), &of(ChangeTag::Insert), &mut lines);
                }
            }
        }
    }
    lines
}

/// Lines that others take the place of: one by one where they are as many and alike, else all that go and all that come.
fn replaced(old: &[&str], new: &[&str], lines: &mut Vec<Line>) {
    let mixed: Option<Vec<Line>> =
        if old.len() == new.len() { old.iter().zip(new).map(|(old, new)| words(old, new)).collect() } else { None };
    if let Some(mixed) = mixed {
        lines.extend(mixed);
    } else {
        lines.extend(old.iter().map(|line| Line::Removed((*line).to_owned())));
        lines.extend(new.iter().map(|line| Line::Added((*line).to_owned())));
    }
}

/// The words that differ in a long line of which most stays.
fn words(old: &str, new: &str) -> Option<Line> {
    let long = |line: &str| (SHORT..TOO_LONG).contains(&line.len());
    if !long(old) || !long(new) {
        return None;
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_words(old, new);
    if diff.ratio() < 0.5 {
        return None;
    }
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut() {
            Some(last) if last.tag == change.tag() => last.text.push_str(change.value()),
            _ => runs.push(Run { tag: change.tag(), text: change.value().to_owned() }),
        }
    }
    let last = runs.len().saturating_sub(1);
    for (index, run) in runs.iter_mut().enumerate().filter(|(_, run)| run.tag == ChangeTag::Equal) {
        let head = if index == 0 { 0 } else { AROUND };
        let tail = if index == last { 0 } else { AROUND };
        run.text = abridged(&run.text, head, tail);
    }
    Some(Line::Mixed(runs))
}

/// Words that stay: the first `head` and the last `tail` of them.
fn abridged(text: &str, head: usize, tail: usize) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    if words.len() <= head + tail + 1 {
        return text.to_owned();
    }
    let (start, end) = (words[..head].concat(), words[words.len() - tail..].concat());
    let gap = if end.is_empty() { "…" } else { "… " };
    format!("{start}{gap}{end}")
}
