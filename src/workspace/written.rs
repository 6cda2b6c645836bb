use crate::diag::{Diagnostic, Diagnostics, Fix, code};
use crate::source::{Sources, Span, Through};
use std::collections::HashSet;

/// The problems at the places that somebody wrote: one in what is made many times is one, and where what was given is wrong, nothing is
/// said of what was made of it.
pub(super) fn where_written(diagnostics: Diagnostics, sources: &Sources) -> Diagnostics {
    if !sources.iter().any(|(_, file)| file.is_made()) {
        return diagnostics;
    }
    let is_made = |one: &Diagnostic| sources.file(one.primary.span().file).is_made();
    let given: HashSet<Span> = diagnostics.iter().filter(|one| !is_made(one)).map(|one| one.primary.span()).collect();
    let mut told: HashSet<(&str, Span, String)> = HashSet::new();
    let mut all = Diagnostics::default();
    for one in diagnostics.iter() {
        let made = is_made(one);
        // What a doubled dollar says is meant.
        if made && one.code == code::NOTHING_PUT_IN && !sources.written(one.primary.span()).is_as_written() {
            continue;
        }
        let moved = moved(one, sources);
        let place = moved.primary.span();
        if !made || !given.contains(&place) && told.insert((moved.code.id, place, moved.message.clone())) {
            all.push(moved);
        }
    }
    all.sorted()
}

/// A problem at the places that somebody wrote.
fn moved(problem: &Diagnostic, sources: &Sources) -> Diagnostic {
    let written = problem.primary.origin.text().map(|span| sources.written(span));
    let mut moved = problem.moved(&|span| sources.written(span).span);
    // What is put together from several places is mended in none of them by itself.
    let is_whole = |fix: &Fix| fix.edits.iter().all(|edit| sources.written(edit.span).is_whole);
    let mut stays = problem.fixes.iter().map(is_whole);
    moved.fixes.retain(|_| stays.next().unwrap_or(false));
    let through = written.map(|written| written.through).unwrap_or_default();
    // What is made twice of one text is told by the lines that it was made for.
    let place = moved.primary.span();
    for (label, other) in moved.others.iter_mut().zip(&problem.others) {
        let asked = other.origin.text().filter(|_| label.origin.text() == Some(place)).and_then(|span| {
            let asked = sources.written(span).through.into_iter().find(|one| matches!(one, Through::Asked(_)))?;
            Some(asked.span())
        });
        label.origin = asked.map_or(label.origin, Into::into);
    }
    for through in through {
        let word = match through {
            Through::PutIn(_) => "put in here",
            Through::Asked(_) => "made for this line",
        };
        moved = moved.other(through.span(), word);
    }
    moved
}
