//! A part of a comment: as much as fits, with the count of what does not.

use crate::report::clean::{clean, one_line};
use crate::report::columns::cropped_apart;
use crate::report::counted;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Characters of a line, behind which it is cut.
const LONGEST_LINE: usize = 400;
/// Characters of one change, behind which its lines are only counted.
const LONGEST_ENTRY: usize = 4_000;

/// The comment so far.
pub(super) struct Page {
    pub(super) out: String,
    /// What stands before the title of a fence.
    pub(super) heading: &'static str,
}

impl Page {
    pub(super) fn add(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// The same below a line that opens it; nothing where there is no entry.
    pub(super) fn folded(&mut self, summary: &str, entries: &[String], noun: &str, most: usize) {
        if entries.is_empty() {
            return;
        }
        self.add(&format!("\n<details><summary>{summary}</summary>\n"));
        self.fenced("", entries, 0, noun, most);
        self.add("\n</details>\n");
    }

    /// A fence around the lines of a difference.
    pub(super) fn fence(&mut self, body: &str) {
        let fence = "`".repeat(longest_run(body).max(2) + 1);
        let _ = write!(self.out, "\n{fence}diff\n{body}{fence}\n");
    }

    /// A fence with as many entries as fit into `most` characters, and behind it how many do not, beside those that are untold anyway.
    pub(super) fn fenced(&mut self, title: &str, entries: &[String], untold: usize, noun: &str, most: usize) {
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
        if !title.is_empty() {
            let _ = write!(self.out, "\n{} {title}\n", self.heading);
        }
        self.fence(&body);
        let more = entries.len() - shown + untold;
        if more > 0 {
            let more =
                if noun == "of them" { format!("{more} more {noun}") } else { counted(more, &format!("more {noun}")) };
            let _ = writeln!(self.out, "\n{more}: see the output of the run.");
        }
    }
}

/// Lines of a difference, each with its sign, none too long, and no more than fit into `most` characters.
pub(super) fn bounded(text: &str, most: usize) -> String {
    let lines: Vec<String> = clean(text).lines().map(|line| format!("{line}\n")).collect();
    cut(&short_lines(&lines).concat(), most)
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
    cut(entry, LONGEST_ENTRY)
}

/// As many lines of a text as fit into `most` characters, and how many do not.
fn cut(entry: &str, most: usize) -> String {
    let mut out = String::new();
    let mut taken = 0;
    for (index, line) in entry.lines().enumerate() {
        taken += line.chars().count() + 1;
        if taken > most {
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
pub(super) fn span(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return "`(no name)`".to_owned();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A line within a tag of HTML, where nothing of it is one.
pub(super) fn escaped(line: &str) -> String {
    one_line(line).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "&#64;")
}

/// A name within a comment of HTML, which it cannot end: there are never two dashes in a row.
pub(super) fn marked(name: &str) -> String {
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
