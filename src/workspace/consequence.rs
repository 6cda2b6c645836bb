//! Which problems follow from others, so that one mistake is told once.
//!
//! What was not read as it was meant lacks what it was meant to say. Nobody knows what that is; so nothing is told of
//! * what looks wrong with a text that was not read, or with a value that its line lacks;
//! * what is missing in a node at the top of a file in which something was not read, or in one that is declared twice, or what comes from it:
//!   whether it is missed there, or by those who use what is declared there;
//! * a name that nothing has and that stands on a line that was not read: it is likely declared there.

use crate::diag::{Diagnostic, Diagnostics, Label, code};
use crate::source::{FileId, Origin, Sources, Span};
use std::collections::{BTreeMap, HashSet};

/// The problems without those that follow from others. `unread` are the nodes at the top of a file of which not all was read as it was
/// meant, in the order of the texts.
pub(super) fn without_consequences(diagnostics: Diagnostics, unread: &[Span], sources: &Sources) -> Diagnostics {
    let mistakes = Mistakes::of(&diagnostics, unread, sources);
    let mut kept = Diagnostics::default();
    kept.extend(diagnostics.into_iter().filter(|one| !mistakes.explain(one)));
    kept
}

/// A line of a file.
type Line = (FileId, usize);

/// What is told, and what follows from it.
struct Mistakes<'s> {
    sources: &'s Sources,
    /// The places on each line with a mistake of its text; none of those of a text that is read as it was meant all the same.
    texts: BTreeMap<Line, Vec<Span>>,
    /// What was not read completely.
    unread: &'s [Span],
    /// Names that are declared twice, in the order of the texts.
    twice: Vec<Span>,
    /// The words on lines that were not read as they were meant.
    words: HashSet<&'s str>,
    /// Those on lines that name something that is not there: of what they declare nobody knows what it is.
    nameless: HashSet<&'s str>,
    /// Members that their thing does not have.
    strangers: HashSet<Origin>,
}

impl<'s> Mistakes<'s> {
    fn of(diagnostics: &Diagnostics, unread: &'s [Span], sources: &'s Sources) -> Self {
        let mut found = Self {
            sources,
            texts: BTreeMap::new(),
            unread,
            twice: Vec::new(),
            words: HashSet::new(),
            nameless: HashSet::new(),
            strangers: HashSet::new(),
        };
        let mut lines = HashSet::new();
        for one in diagnostics.iter() {
            let line = found.line(one.primary.span());
            if one.code.is_of_text() {
                let spans = found.texts.entry(line).or_default();
                spans.extend(one.code.is_of_unread_text().then_some(one.primary.span()));
            }
            if one.code == code::UNKNOWN_REFERENCE {
                found.nameless.extend(words(text_of(sources, line)));
            }
            if one.is_unread() && lines.insert(line) {
                found.words.extend(words(text_of(sources, line)));
            }
            if one.code == code::DUPLICATE_NAME {
                found.twice.extend([one.primary.span()].into_iter().chain(one.others.iter().map(Label::span)));
            }
            if one.code == code::UNKNOWN_MEMBER {
                found.strangers.insert(one.primary.origin);
            }
        }
        found.twice.sort_unstable();
        found.twice.dedup();
        found
    }

    fn line(&self, span: Span) -> Line {
        (span.file, self.sources.file(span.file).lines().line_of(span.start))
    }

    /// Whether a problem follows from them.
    fn explain(&self, one: &Diagnostic) -> bool {
        !one.code.is_of_words() && (self.is_of_unread_text(one) || self.is_lack(one) || self.is_unknown_name(one))
    }

    fn is_of_unread_text(&self, one: &Diagnostic) -> bool {
        let span = one.primary.span();
        let beside = self.texts.get(&self.line(span));
        let overlaps = beside.into_iter().flatten().any(|other| span.start < other.end && other.start < span.end);
        let is_of_shape = [code::MEMBER_WITHOUT_VALUE, code::MIXED_VALUE, code::SET_TWICE].contains(&one.code);
        let is_again = [code::DUPLICATE_NAME, code::SECOND_OF_ONE].contains(&one.code);
        let mut places = [span].into_iter().chain(one.others.iter().map(Label::span));
        overlaps
            || is_of_shape && beside.is_some()
            || one.code == code::MEMBER_WITHOUT_VALUE && self.strangers.contains(&one.primary.origin)
            || is_again && places.any(|place| self.texts.get(&self.line(place)).is_some_and(|spans| !spans.is_empty()))
    }

    fn is_lack(&self, one: &Diagnostic) -> bool {
        let own = one.code.is_of_lack().then_some(one.primary.origin);
        let places = [one.lacks.or(own), one.because];
        places.into_iter().flatten().filter_map(Origin::text).any(|declared| {
            meets(self.unread, declared) || one.code != code::DUPLICATE_NAME && meets(&self.twice, declared)
        })
    }

    fn is_unknown_name(&self, one: &Diagnostic) -> bool {
        let is_declared = |word: &str| {
            self.words.contains(word) || one.code != code::UNKNOWN_REFERENCE && self.nameless.contains(word)
        };
        one.code.is_of_unknown_name() && words(self.sources.text(one.primary.span())).any(is_declared)
    }
}

fn text_of(sources: &Sources, (file, line): Line) -> &str {
    let (text, lines) = (&sources.file(file).text, sources.file(file).lines());
    sources.text(Span::new(file, lines.start_of(line, text), lines.start_of(line + 1, text)))
}

/// Whether one of several places, which are in the order of the texts and apart from each other, has something in common with another.
fn meets(places: &[Span], other: Span) -> bool {
    let next = places.get(places.partition_point(|place| (place.file, place.end) <= (other.file, other.start)));
    next.is_some_and(|next| next.file == other.file && next.start < other.end)
}

/// The words of a text that can be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter)).filter(|word| !word.is_empty())
}
