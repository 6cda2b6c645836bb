//! Counts and lists within a line.

use crate::diag::{Diagnostics, Severity};
use crate::worded::counted;
use std::fmt::Display;

/// `a, b and 3 more`: the first of some names, at most so many, and how many more there are.
pub(super) fn named<T: Display>(names: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut names = names.into_iter();
    let first: Vec<String> = names.by_ref().take(most).map(|name| name.to_string()).collect();
    let more = match names.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    first.join(", ") + &more
}

/// How many problems there are of each severity, and of how many causes where those are fewer: `3 errors, 1 warning`,
/// `40 errors of 1 cause`; nothing where there is none.
pub fn summary(diagnostics: &Diagnostics, causes: usize) -> Option<String> {
    let parts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|(severity, noun)| (diagnostics.count(severity), noun))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    let of =
        if causes < diagnostics.iter().count() { format!(" of {}", counted(causes, "cause")) } else { String::new() };
    (!parts.is_empty()).then(|| parts.join(", ") + &of)
}

#[cfg(test)]
mod tests {
    use super::{counted, named};

    #[test]
    fn a_noun_is_that_of_its_count() {
        let told = [(1, "entity"), (0, "entity"), (2, "other way"), (1, "file"), (2, "file")];
        let told = told.map(|(count, noun)| counted(count, noun));
        assert_eq!(told, ["1 entity", "0 entities", "2 other ways", "1 file", "2 files"]);
    }

    #[test]
    fn names_are_counted_behind_the_first() {
        assert_eq!(named([1, 2, 3, 4], 2), "1, 2 and 2 more");
        assert_eq!(named(["a", "b"], 2), "a, b");
    }
}
