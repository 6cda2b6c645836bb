//! What an answer of an API says beside the objects in it: that it is an error, or one page of several.

use super::text::DocumentPlace;
use super::way::{get, text};
use super::{Fate, Note};
use crate::model::{Map, Number, Value};

/// The members that say that there is more, where they say something: by a cursor, an address, or that it is so.
const MORE: [&str; 8] =
    ["next", "nextCursor", "nextPage", "nextPageToken", "next_page_token", "hasMore", "hasNextPage", "has_more"];

/// The members that hold such members.
const PAGING: [&str; 3] = ["pageInfo", "pagination", "paging"];

/// Where a list of Kubernetes says that there is more.
const CONTINUE: [&str; 2] = ["metadata", "continue"];

/// Whether a member of an answer says nothing of an object.
pub(super) fn is_of_answers(name: &str) -> bool {
    ["ok", "total"].contains(&name) || MORE.contains(&name) || PAGING.contains(&name)
}

/// That an answer is one page of several, where it says so: what is on the others is not there.
pub(super) fn more(answer: &Map, place: &DocumentPlace) -> Option<Note> {
    let says_so = |way: &[&str]| get(answer, way).is_some_and(says_so);
    let own = MORE.into_iter().map(|name| vec![name]);
    let inner = PAGING.into_iter().flat_map(|group| MORE.into_iter().map(move |name| vec![group, name]));
    let way = own.chain(inner).chain([CONTINUE.to_vec()]).find(|way| says_so(way))?;
    let place = way.iter().fold(place.clone(), |place, step| place.to(step));
    let reason = "it says that this is one page of several, and what is on the others is not here: ask for all of them, and name \
                  their files as paths of one import";
    Some(Note::new(place, Fate::Unknown, reason))
}

fn says_so(value: &Value) -> bool {
    match value {
        Value::Bool(is_so) => *is_so,
        Value::String(text) => !text.is_empty(),
        Value::Number(Number::Integer(number)) => *number > 0,
        _ => false,
    }
}

/// What an answer says went wrong, where it is an error: of Port (`"ok": false`), of Backstage (`error` with `response`), or of Kubernetes (a `Status`).
pub(super) fn refusal(answer: &Value) -> Option<String> {
    let answer = answer.as_object()?;
    let is_failure = |way: &[&str], word: &str| text(answer, way) == Some(word);
    let is_error = get(answer, &["ok"]) == Some(&Value::Bool(false))
        || get(answer, &["error"]).is_some() && get(answer, &["response"]).is_some()
        || is_failure(&["kind"], "Status") && is_failure(&["status"], "Failure");
    let ways: [&[&str]; 6] =
        [&["error"], &["error", "name"], &["reason"], &["message"], &["error", "message"], &["details"]];
    let mut said: Vec<&str> = ways.iter().filter_map(|way| text(answer, way)).collect();
    said.dedup();
    let said = if said.is_empty() { String::new() } else { format!(" (`{}`)", said.join(": ")) };
    is_error.then(|| {
        format!("it is the error that an API answered{said}, and holds no object: mend what was asked, and ask again")
    })
}
