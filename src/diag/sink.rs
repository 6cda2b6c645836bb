use super::{Diagnostic, Severity, code};

/// The most problems that are told one by one: nobody reads further, and each is drawn in every report.
const MOST_TOLD: usize = 1_000;

/// The problems of a run, in the order of their places once [`Diagnostics::sorted`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No problem.
    pub const fn new() -> Self {
        Self { items: Vec::new() }
    }

    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Keeps those that were added first, so many of them.
    pub fn truncate(&mut self, kept: usize) {
        self.items.truncate(kept);
    }

    /// Keeps those of which something holds.
    pub fn retain(&mut self, holds: impl FnMut(&Diagnostic) -> bool) {
        self.items.retain(holds);
    }

    /// Adds all problems of another run.
    pub fn append(&mut self, other: Diagnostics) {
        self.items.extend(other.items);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|item| item.severity == Severity::Error)
    }

    /// How many have a severity, those that are only counted among them.
    pub fn count(&self, severity: Severity) -> usize {
        self.items.iter().filter(|item| item.severity == severity).map(|item| item.count).sum()
    }

    /// How many there are beside those that [`Self::iter`] gives.
    pub fn untold(&self) -> usize {
        self.len() - self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many there are, those that are only counted among them.
    pub fn len(&self) -> usize {
        self.items.iter().map(|item| item.count).sum()
    }

    /// One that was added, by how many were added before it: to mend along what turns out to be part of the same mistake.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut Diagnostic> {
        self.items.get_mut(index)
    }

    /// How many were added.
    pub fn added(&self) -> usize {
        self.items.len()
    }

    /// Those that are told, to be mended along with what turns out to be part of the same mistake.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.items.iter_mut()
    }

    /// Those that are told, in their order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Diagnostic> + ExactSizeIterator {
        self.items.iter()
    }

    /// The same problems by file and place, each said once: two of one code at one place are one mistake.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.items.sort_by_key(|item| (item.primary.span(), item.code, item.severity));
        self.items.dedup_by(|a, b| a.code == b.code && a.primary.span() == b.primary.span() && a.message == b.message);
        self
    }

    /// The same problems for who reads them: the first thousand, errors before others, and behind them one for each severity
    /// that says how many more there are.
    #[must_use]
    pub fn told(self) -> Self {
        let (counted, mut items): (Vec<Diagnostic>, Vec<Diagnostic>) =
            self.items.into_iter().partition(|item| item.code == code::MORE_PROBLEMS);
        let mut left = MOST_TOLD;
        let mut rest = Vec::new();
        for (severity, _) in Severity::ALL {
            let mut untold: Vec<Diagnostic> = items
                .extract_if(.., |item| {
                    let fits = item.severity != severity || left > 0;
                    left -= usize::from(fits && item.severity == severity);
                    !fits
                })
                .collect();
            untold.extend(counted.iter().filter(|item| item.severity == severity).cloned());
            rest.extend(of_more(severity, &untold));
        }
        items.extend(rest);
        Self { items }
    }
}

/// What is said of problems of a severity that are only counted, at the place of the first.
fn of_more(severity: Severity, untold: &[Diagnostic]) -> Option<Diagnostic> {
    let count = untold.iter().map(|item| item.count).sum();
    let (ending, verb) = if count == 1 { ("", "is") } else { ("s", "are") };
    let message = format!("{count} more {}{ending} {verb} not told", severity.word());
    let help = "mend what is told first: what follows from it goes along";
    let told = Diagnostic::error(code::MORE_PROBLEMS, untold.first()?.primary.span(), message).help(help);
    Some(Diagnostic { severity, count, ..told })
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, items: I) {
        self.items.extend(items);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn many(severity: Severity, lines: std::ops::Range<u32>) -> impl Iterator<Item = Diagnostic> {
        lines.map(move |line| Diagnostic {
            severity,
            ..Diagnostic::error(code::NOT_UTF8, Span::new(FileId(0), line, line), "wrong")
        })
    }

    /// What stands behind those that are told one by one.
    fn rest(problems: &Diagnostics) -> Vec<(&str, u32)> {
        let counted = problems.iter().skip_while(|item| item.code != code::MORE_PROBLEMS);
        counted.map(|item| (&*item.message, item.primary.span().start)).collect()
    }

    #[test]
    fn a_few_problems_are_all_told() {
        let mut few = Diagnostics::new();
        few.extend(many(Severity::Error, 0..600));
        few.extend(many(Severity::Advice, 600..1_000));
        assert_eq!(few.clone().told(), few);
    }

    #[test]
    fn of_many_problems_the_first_errors_are_told_and_all_are_counted() {
        let mut all = Diagnostics::new();
        all.extend(many(Severity::Warning, 0..2_000));
        all.extend(many(Severity::Error, 2_000..2_999));
        all.extend(many(Severity::Advice, 2_999..3_000));
        let told = all.sorted().told();
        assert_eq!(rest(&told), [("1999 more warnings are not told", 1), ("1 more note is not told", 2_999)]);
        assert_eq!((told.count(Severity::Error), told.count(Severity::Warning), told.len()), (999, 2_000, 3_000));
        assert_eq!(told.iter().count(), 1_002);
        assert!(told.iter().take(1_000).is_sorted_by_key(|item| item.primary.span()), "in the order of their places");
    }

    #[test]
    fn what_comes_later_is_counted_along() {
        let mut all = Diagnostics::new();
        all.extend(many(Severity::Error, 0..5_000));
        let mut told = all.told();
        told.extend(many(Severity::Error, 5_000..5_003));
        told.extend(many(Severity::Warning, 6_000..6_001));
        let told = told.sorted().told();
        assert_eq!(rest(&told).first().unwrap().0, "4003 more errors are not told");
        assert_eq!(rest(&told).last().unwrap(), &("1 more warning is not told", 6_000));
        assert_eq!(told.len(), 5_004);
    }
}
