//! What an answer of an API says beside the objects in it: that it is an error, or one page of several.

use super::text::DocumentPlace;
use super::way::{get, text};
use super::{Fate, Note};
use crate::model::{Map, Member, Number, Value};
use std::collections::BTreeMap;

/// The members that say that there is more, where they say something: by a cursor, an address, or that it is so.
const MORE: [&str; 10] = [
    "next",
    "nextCursor",
    "nextPage",
    "nextPageCursor",
    "nextPageToken",
    "next_cursor",
    "next_page_token",
    "hasMore",
    "hasNextPage",
    "has_more",
];

/// The members that say how much there is in all.
const TOTAL: [&str; 6] = ["total", "totalCount", "totalItems", "totalResults", "total_count", "count"];

/// The members that hold such members.
const PAGING: [&str; 5] = ["pageInfo", "pagination", "paging", "links", "meta"];

/// Where a list of Kubernetes says that there is more.
const OF_KUBERNETES: [[&str; 2]; 2] = [["metadata", "continue"], ["metadata", "remainingItemCount"]];

/// Whether a member of an answer says nothing of an object.
pub(super) fn is_of_answers(name: &str) -> bool {
    name == "ok" || MORE.contains(&name) || TOTAL.contains(&name) || PAGING.contains(&name)
}

/// What an answer says of how much of all it has.
pub(super) struct Page {
    /// The names of the lists in it.
    of: String,
    /// How much is in these.
    count: usize,
    /// Where it says that there is more.
    more: Option<DocumentPlace>,
    /// Where it says how much there is in all.
    total: Option<(DocumentPlace, usize)>,
}

impl Page {
    /// What an answer says of the lists in it, which are at some of its members.
    pub(super) fn of(answer: &Map, place: &DocumentPlace, is_list: impl Fn(&str) -> bool) -> Self {
        let (mut of, mut count) = (String::new(), 0);
        for Member { name, value } in answer.members.iter().filter(|member| is_list(&member.name.value)) {
            of = format!("{of}/{}", name.value);
            count += value.as_array().map_or(0, <[_]>::len);
        }
        let at = |way: &[&str]| way.iter().fold(place.clone(), |place, step| place.to(step));
        let ways = |names: &'static [&'static str]| {
            let inner = PAGING.into_iter().flat_map(move |group| names.iter().map(move |name| vec![group, *name]));
            names.iter().map(|name| vec![*name]).chain(inner)
        };
        let mut more = ways(&MORE).chain(OF_KUBERNETES.map(|way| way.to_vec()));
        let more = more.find(|way| get(answer, way).is_some_and(says_so)).map(|way| at(&way));
        let total = ways(&TOTAL).find_map(|way| match get(answer, &way)? {
            Value::Number(Number::Integer(total)) => Some((at(&way), usize::try_from(*total).ok()?)),
            _ => None,
        });
        Self { of, count, more, total }
    }
}

/// What of pages says that not all of them are here.
pub(super) fn missing(pages: Vec<Page>) -> Vec<Note> {
    const ALL: &str = "ask for all of them, and name their files as paths of one import";
    let mut by_lists: BTreeMap<String, Vec<Page>> = BTreeMap::new();
    for page in pages {
        by_lists.entry(page.of.clone()).or_default().push(page);
    }
    by_lists
        .into_values()
        .flat_map(|pages| {
            let here: usize = pages.iter().map(|page| page.count).sum();
            let total = pages.iter().filter_map(|page| page.total.clone()).max_by_key(|(_, total)| *total);
            let has_last = pages.iter().any(|page| page.more.is_none());
            let mut more = pages.into_iter().filter_map(|page| page.more).peekable();
            match total {
                Some((_, total)) if total <= here => Vec::new(),
                Some((place, total)) if more.peek().is_none() => {
                    let reason = format!("it says that there are {total} in all, and {here} are here: {ALL}");
                    vec![Note::new(place, Fate::Elsewhere, reason)]
                }
                // Whose last page that is nobody says.
                None if has_last => {
                    let reason = "it says that this is one page of several: see that all of them are among the paths";
                    more.map(|place| Note::new(place, Fate::Unknown, reason)).collect()
                }
                _ => {
                    let reason = format!(
                        "it says that this is one page of several, and what is on the others is not here: {ALL}"
                    );
                    more.map(|place| Note::new(place, Fate::Elsewhere, reason.as_str())).collect()
                }
            }
        })
        .collect()
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
