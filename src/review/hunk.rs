//! Where two versions of some texts differ.

use crate::align::{DiffOp, group_diff_ops, operations};
use crate::source::{FileId, SourceFile, Sources};
use std::collections::BTreeMap;
use std::ops::Range;

/// Lines that are shown around those that differ; what is nearer to each other is one hunk.
const AROUND: usize = 2;

/// A place where a text is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The file, from the root of the repository; of one that goes, where it was.
    pub file: String,
    /// The file that it was, where it has another name now and the same text.
    pub former: Option<String>,
    /// The lines that differ, as they were.
    pub before: Lines,
    /// The lines that differ, as they are; none where it goes.
    pub after: Lines,
    /// Those lines with what is around them, each with its sign before it, as a unified diff has them. What nobody is to see of a text is hidden.
    pub text: String,
}

impl Hunk {
    /// Whether more differs in it than comments and empty lines.
    pub(super) fn says_something(&self) -> bool {
        let is_said = |line: &str| {
            let said = line.strip_prefix(['+', '-']).map(str::trim);
            said.is_some_and(|said| !(said.is_empty() || said.starts_with("//")))
        };
        self.text.lines().any(is_said)
    }
}

/// Some lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// There is no such file on that side.
    NoFile,
    /// So many from one on, counted from 1. Where there are none, they would stand before that one.
    From(u32, u32),
}

impl Lines {
    fn of(range: Range<usize>) -> Self {
        Self::From(range.start as u32 + 1, range.len() as u32)
    }

    /// The first and the last one; nothing where there are none.
    pub fn ends(self) -> Option<(u32, u32)> {
        match self {
            Self::From(first, count) if count > 0 => Some((first, first + count - 1)),
            Self::From(..) | Self::NoFile => None,
        }
    }

    /// Whether a line is one of them.
    pub(super) fn hold(self, line: u32) -> bool {
        self.ends().is_some_and(|(first, last)| (first..=last).contains(&line))
    }

    /// Whether some of them lie within lines, or would.
    pub(super) fn touch(self, (start, end): (u32, u32)) -> bool {
        match self {
            Self::NoFile => false,
            Self::From(first, 0) => start < first && first <= end,
            Self::From(first, count) => first <= end && start < first + count,
        }
    }
}

/// The files that belong to the text, by where they are. What comes with plat or from another repository does not.
fn files(sources: &Sources) -> BTreeMap<String, &SourceFile> {
    let of_folder = sources.of_people().filter(|(_, file)| file.is_in_folder());
    of_folder.map(|(id, file): (FileId, &SourceFile)| (sources.path(id), file)).collect()
}

/// The hunks between two versions, by file and line.
pub(super) fn between(before: &Sources, after: &Sources) -> Vec<Hunk> {
    let [old, new] = [files(before), files(after)];
    let mut gone: BTreeMap<&String, &SourceFile> =
        old.iter().filter(|(path, _)| !new.contains_key(*path)).map(|(path, file)| (path, *file)).collect();
    let mut hunks = Vec::new();
    for (path, file) in &new {
        match old.get(path) {
            Some(old) if old.text == file.text => {}
            Some(old) => hunks.extend(within(path, old, file)),
            None => {
                let same = gone.iter().find(|(_, old)| old.text == file.text).map(|(path, _)| *path);
                let former = same.and_then(|path| gone.remove_entry(path)).map(|(path, _)| path.clone());
                let count = file.text.split_inclusive('\n').count();
                let before = if former.is_some() { Lines::of(0..count) } else { Lines::NoFile };
                let text = if former.is_some() { String::new() } else { all(file, '+') };
                hunks.push(Hunk { file: path.clone(), former, before, after: Lines::of(0..count), text });
            }
        }
    }
    hunks.extend(gone.into_iter().map(|(path, file)| Hunk {
        file: path.clone(),
        former: None,
        before: Lines::of(0..file.text.split_inclusive('\n').count()),
        after: Lines::NoFile,
        text: all(file, '-'),
    }));
    hunks.sort_by(|one, other| one.file.cmp(&other.file));
    hunks
}

/// The hunks of a file that is there on both sides.
fn within(path: &str, before: &SourceFile, after: &SourceFile) -> Vec<Hunk> {
    let [old, new] = [before, after].map(|file| file.text.split_inclusive('\n').collect::<Vec<_>>());
    let shown = [Shown::of(before, &old), Shown::of(after, &new)];
    let groups = group_diff_ops(operations(&old, &new), AROUND);
    groups.iter().filter_map(|group| hunk(path, group, &shown)).collect()
}

fn hunk(path: &str, group: &[DiffOp], [old, new]: &[Shown<'_>; 2]) -> Option<Hunk> {
    let mut text = String::new();
    for operation in group {
        match operation {
            DiffOp::Equal { new_index, len, .. } => new.lines(*new_index..new_index + len, ' ', &mut text),
            DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. } => {
                old.lines(operation.old_range(), '-', &mut text);
                new.lines(operation.new_range(), '+', &mut text);
            }
        }
    }
    let mut changed = group.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    let first = changed.next()?;
    let last = changed.next_back().unwrap_or(first);
    Some(Hunk {
        file: path.to_owned(),
        former: None,
        before: Lines::of(first.old_range().start..last.old_range().end),
        after: Lines::of(first.new_range().start..last.new_range().end),
        text,
    })
}

/// All lines of a file, with a sign before each.
fn all(file: &SourceFile, sign: char) -> String {
    let lines: Vec<&str> = file.text.split_inclusive('\n').collect();
    let mut text = String::new();
    Shown::of(file, &lines).lines(0..lines.len(), sign, &mut text);
    text
}

/// The lines of a file as they may be shown.
struct Shown<'f> {
    file: &'f SourceFile,
    /// Where each line begins, and the text ends.
    starts: Vec<usize>,
}

impl<'f> Shown<'f> {
    fn of(file: &'f SourceFile, lines: &[&str]) -> Self {
        let ends = lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        Self { file, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Writes some of them, with a sign before each.
    fn lines(&self, range: Range<usize>, sign: char, out: &mut String) {
        for ends in self.starts.get(range.start..=range.end).unwrap_or_default().windows(2) {
            let [start, end] = ends else { continue };
            let is_ended = self.file.text.as_bytes().get(end - 1) == Some(&b'\n');
            // A line end that is hidden ends the line all the same.
            let line = self.file.shown(*start..end - usize::from(is_ended));
            out.push(sign);
            out.push_str(line.strip_suffix('\r').filter(|_| is_ended).unwrap_or(&line));
            out.push('\n');
            if !is_ended {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Sources {
        let mut sources = Sources::default();
        for (name, text) in files {
            sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
        }
        sources
    }

    #[test]
    fn hunks_stand_in_the_order_of_files_and_lines() {
        let lines = |changed: &[(usize, &str)]| -> String {
            let line = |number: usize| changed.iter().find(|one| one.0 == number).map(|one| one.1.to_owned());
            (1..=20).map(|number| line(number).unwrap_or_else(|| format!("{number}\n"))).collect()
        };
        let old = lines(&[]);
        let new = lines(&[(3, "three\n"), (5, ""), (15, "15\nmore\n")]);
        let before = sources(&[("b.kdl", &old), ("gone.kdl", "x\n"), ("z.kdl", "y\n")]);
        let after = sources(&[("b.kdl", &new), ("a.kdl", "y\n"), ("new.kdl", "n")]);
        let hunks = between(&before, &after);
        let told: Vec<(&str, Lines, Lines)> = hunks.iter().map(|hunk| (&*hunk.file, hunk.before, hunk.after)).collect();
        assert_eq!(
            told,
            [
                ("a.kdl", Lines::From(1, 1), Lines::From(1, 1)),
                ("b.kdl", Lines::From(3, 3), Lines::From(3, 2)),
                ("b.kdl", Lines::From(16, 0), Lines::From(15, 1)),
                ("gone.kdl", Lines::From(1, 1), Lines::NoFile),
                ("new.kdl", Lines::NoFile, Lines::From(1, 1)),
            ]
        );
        assert_eq!((hunks[0].former.as_deref(), &*hunks[0].text), (Some("z.kdl"), ""));
        assert_eq!(hunks[1].text, " 1\n 2\n-3\n+three\n 4\n-5\n 6\n 7\n");
        assert_eq!(hunks[4].text, "+n\n\\ No newline at end of file\n");
    }

    #[test]
    fn what_nobody_is_to_see_is_in_no_hunk() {
        let before = sources(&[("a.kdl", "url \"https://u:one@h\"\n")]);
        let after = sources(&[("a.kdl", "url \"https://u:other@h\"\n")]);
        let hunks = between(&before, &after);
        assert!(!hunks[0].text.contains("one") && !hunks[0].text.contains("other"), "{}", hunks[0].text);
        assert!(hunks[0].text.starts_with("-url \"https://"), "{}", hunks[0].text);
    }
}
