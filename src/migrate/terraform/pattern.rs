//! The functions of Terraform that take a regular expression, which is one of RE2, as those of plat are.

use super::term::{Datum, HEAVIEST, Known, TOO_MUCH, Term};
use crate::source::Span;
use regex::{Captures, Regex, RegexBuilder};
use std::rc::Rc;

/// The most bytes that a regular expression takes when it is made ready.
const LARGEST: usize = 1 << 20;

fn ready(pattern: &str, place: Span) -> Known<Regex> {
    let made = RegexBuilder::new(pattern).size_limit(LARGEST).build();
    made.map_err(|_| Term::open("its regular expression works it out", place))
}

/// A text in which others stand in the place of what a regular expression finds; `$1` and `${name}` in them are what its groups found.
pub(super) fn replaced(text: &str, pattern: &str, with: &str, place: Span) -> Known<Term> {
    let pattern = ready(pattern, place)?;
    let mut out = String::new();
    let mut from = 0;
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(&text[from..whole.start()]);
        found.expand(with, &mut out);
        from = whole.end();
        if out.len() / 16 > HEAVIEST {
            return Err(Term::open(TOO_MUCH, place));
        }
    }
    out.push_str(&text[from..]);
    Ok(Term::text(out, place))
}

/// What a regular expression finds first in a text, and, with `all`, whatever it finds.
pub(super) fn found(pattern: &str, text: &str, all: bool, place: Span) -> Known<Term> {
    let pattern = ready(pattern, place)?;
    let mut found = pattern.captures_iter(text).map(|captures| groups(&pattern, &captures, place));
    match (all, found.next()) {
        (true, first) => Ok(Term::list(first.into_iter().chain(found), place)),
        (false, Some(first)) => Ok(first),
        (false, None) => Err(Term::mistake("the regular expression finds nothing", place)),
    }
}

/// A text where the expression has no groups; an object where they have names; else a list.
fn groups(pattern: &Regex, captures: &Captures<'_>, place: Span) -> Term {
    let text = |group: Option<regex::Match<'_>>| match group {
        Some(group) => Term::text(group.as_str(), place),
        None => Term::new(Datum::Null, place),
    };
    let named: Vec<(Rc<str>, Term)> =
        pattern.capture_names().flatten().map(|name| (name.into(), text(captures.name(name)))).collect();
    match (captures.len(), named.is_empty()) {
        (1, _) => text(captures.get(0)),
        (_, true) => Term::list(captures.iter().skip(1).map(text), place),
        (_, false) => Term::map(named, place),
    }
}
