//! What a run has to say. Each thing is worded here, once: every format folds these facts, and words none of its own.

mod consequence;
mod operation;
mod problem;
mod stop;

pub(super) use consequence::{
    at, beyond, broken, closure, concerned, consequences, invalid, lost, moved, of_project, place, redelivered,
    renamed, rendered,
};
pub(super) use operation::{Word, change, changes, lifecycle_words, restraints, set_back, sign, symbol, why};
pub(super) use problem::{problem, unformatted};
pub(super) use stop::{FAILS, conflicts, guards, kept, new_hosts, sides, value_of, violations};

use super::event::Event;
use super::subject::Subject;
use crate::model::Digest;
use crate::plan::{Place, Plan};
use crate::source::{Sources, Span, TYPED};
use std::borrow::Cow;

/// What the name of a file begins with that comes with plat.
const LIBRARY: &str = "std:";

worded! {
    /// How much a fact matters.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
    pub(super) enum Level {
        /// It stops something.
        Error = "error",
        /// It should be looked at.
        Warning = "warning",
        /// It is worth knowing.
        #[default]
        Note = "info",
    }
}

impl Level {
    /// The sign of its line in a fence of `diff`.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Error => '-',
            Self::Warning => '!',
            Self::Note => ' ',
        }
    }
}

/// Something that a run has to say.
#[derive(Default)]
pub(super) struct Fact<'a> {
    /// The stable name of its sort: a code, or `conflict`, `guard`, `new-host`, `policy/<name>`, `drift`, `drift-kept`, `redelivered`, `level`,
    /// `invalid`, `broken`, `test`, and of a change the word of its action.
    pub(super) rule: Cow<'a, str>,
    /// The sort in a few words.
    pub(super) title: Cow<'a, str>,
    /// How much it matters.
    pub(super) level: Level,
    /// The word before it in a plan's text.
    pub(super) mark: &'static str,
    /// What it is about; empty where the sentence names it.
    pub(super) subject: String,
    /// What there is to say of that, on a line.
    pub(super) sentence: String,
    /// More lines, each with the place that it speaks of. [`Fact::more`] has those of changes too.
    pub(super) rest: Vec<(String, Option<&'a Place>)>,
    /// What tells it from others of its sort, whatever line it stands on, where the subject alone does not.
    pub(super) key: Option<String>,
    /// The line of KDL that it is at.
    pub(super) source: Option<&'a Place>,
    /// Where it is in a text, of what is at no line of a plan.
    pub(super) range: Option<Spot>,
    /// What it comes from, where others may come from the same.
    pub(super) cause: Option<String>,
    /// Whether it is a warning that would have been given before too.
    pub(super) known: bool,
    /// What it is to programs; nothing for a part of what another fact is.
    pub(super) event: Option<Event<'a>>,
}

/// A place in a file, from 1, ends inclusive; columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The file, from the root of the repository.
    pub(super) file: String,
    /// Its first line.
    pub(super) line: u32,
    /// The column in that line.
    pub(super) column: u32,
    /// Its last line.
    pub(super) end_line: u32,
    /// The column in that line; nothing where only the start is known.
    pub(super) end_column: Option<u32>,
}

impl Spot {
    /// The spot of a line; nothing for one that nobody finds there, as it is of a revision, comes with plat, or was typed.
    fn of(place: &Place) -> Option<Self> {
        let is_there = place.revision.is_none() && !place.file.starts_with(LIBRARY) && *place.file != *TYPED;
        is_there.then(|| Self {
            file: place.file.to_string(),
            line: place.line.max(1),
            column: place.column.max(1),
            end_line: place.line.max(1),
            end_column: None,
        })
    }

    /// The spot of a span, as that of a line.
    fn of_span(span: Span, sources: &Sources) -> Option<Self> {
        let span = sources.written(span).span;
        let file = sources.file(span.file);
        let is_there = sources.revision(span.file).is_none() && file.is_in_folder();
        let (start, end) = (file.position(span.start), file.position(span.end));
        is_there.then(|| Self {
            file: sources.path(span.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: Some(if start.line == end.line { end.column.max(start.column + 1) - 1 } else { end.column }),
        })
    }
}

impl Fact<'_> {
    /// All of it in a sentence.
    pub(super) fn line(&self) -> Cow<'_, str> {
        match (&*self.subject, self.mark) {
            ("", "") => Cow::Borrowed(&self.sentence),
            ("", mark) => Cow::Owned(format!("{}: {}", mark.to_lowercase(), self.sentence)),
            (subject, _) => Cow::Owned(format!("{subject}: {}", self.sentence)),
        }
    }

    /// The lines below the sentence.
    pub(super) fn more(&self) -> Vec<String> {
        let line = |(text, place): &(String, Option<&Place>)| match place {
            Some(place) => format!("{text} ({}:{})", place.file, place.line),
            None => text.clone(),
        };
        self.rest.iter().map(line).chain(operation::details(self)).collect()
    }

    /// The sentence with the lines below it.
    pub(super) fn message(&self) -> String {
        std::iter::once(self.line().into_owned()).chain(self.more()).collect::<Vec<_>>().join("\n")
    }

    /// Where it is, for whoever looks at the files as they are.
    pub(super) fn spot(&self) -> Option<Cow<'_, Spot>> {
        self.range.as_ref().map(Cow::Borrowed).or_else(|| self.source.and_then(Spot::of).map(Cow::Owned))
    }

    /// Where it is in a few words, or what it is about.
    pub(super) fn whereabouts(&self) -> String {
        self.spot().map_or_else(|| self.key().to_owned(), |spot| format!("{}:{}", spot.file, spot.line))
    }

    /// Names it however its line moves: the digest of its rule and of what it is about.
    pub(super) fn fingerprint(&self) -> String {
        // Two strings always have a JSON.
        Digest::of_document(&(&self.rule, self.key())).map(|digest| digest.to_string()).unwrap_or_default()
    }

    fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.subject)
    }
}

/// What somebody should look at: problems, failed tests, what stops the plan, what others changed, what it means for them. The worst first,
/// then as found.
pub(super) fn findings<'a>(subject: &Subject<'a>) -> Vec<Fact<'a>> {
    let mut found: Vec<Fact<'_>> = problem::problems(subject).collect();
    found.extend(subject.tests.unwrap_or_default().iter().flat_map(|test| problem::failures(test, subject.sources)));
    found.extend(subject.plan.into_iter().flat_map(|plan| stops(plan).chain(set_back(plan)).chain(beyond(plan))));
    found.sort_by_key(|fact| fact.level);
    found
}

/// What stops a plan, or should be looked at before it is applied.
fn stops(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    conflicts(plan).chain(violations(plan)).chain(guards(plan)).chain(new_hosts(plan)).chain(kept(plan))
}

/// All that a plan says, in the order of a log: what it does, what stops it, what follows.
pub(super) fn of_plan(plan: &Plan) -> impl Iterator<Item = Fact<'_>> {
    changes(plan).chain(restraints(plan)).chain(stops(plan)).chain(consequences(plan))
}

#[cfg(test)]
mod laws;
