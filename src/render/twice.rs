//! One object of Kubernetes that a destination gets twice: which of the two wins there is chance.

use super::{Object, Rendered};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::kubernetes::Identity;
use crate::model::{Address, Name};
use crate::source::Span;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Every object that a destination gets twice. One mistake is told once, however many objects and requests it meets.
pub(super) fn twice(rendered: &[Rendered]) -> Diagnostics {
    let mut delivered: HashMap<(&Name, &Identity), Delivery<'_>> = HashMap::new();
    let mut told = Told::default();
    for request in rendered {
        let Some(destination) = &request.destination else { continue };
        for object in &request.objects {
            match delivered.entry((destination, &object.identity)) {
                Entry::Vacant(entry) => drop(entry.insert(Delivery { request, object })),
                Entry::Occupied(first) => told.add(*first.get(), Delivery { request, object }, destination),
            }
        }
    }
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(told.found.iter().map(Found::diagnostic));
    diagnostics
}

/// An object with the request that it is delivered for.
#[derive(Clone, Copy)]
struct Delivery<'r> {
    request: &'r Rendered,
    object: &'r Object,
}

/// Two deliveries of one object, and how many more there are for the same reason.
struct Found<'r> {
    first: Delivery<'r>,
    second: Delivery<'r>,
    destination: &'r Name,
    more: usize,
}

/// What two deliveries have to do with each other, by which those of one mistake are known.
#[derive(PartialEq, Eq, Hash)]
enum Cause<'r> {
    /// Two steps of one promise, whatever the request.
    Steps([(Span, Option<&'r str>); 2]),
    /// Two requests, whatever the object.
    Requests(&'r Address, &'r Address),
    /// An object, whatever the requests.
    Object(&'r Name, &'r Identity),
}

#[derive(Default)]
struct Told<'r> {
    found: Vec<Found<'r>>,
    causes: HashMap<Cause<'r>, usize>,
}

impl<'r> Told<'r> {
    fn add(&mut self, first: Delivery<'r>, second: Delivery<'r>, destination: &'r Name) {
        let causes = if first.is_of_request(second) {
            vec![Cause::Steps([first.step(), second.step()])]
        } else {
            let requests = Cause::Requests(&first.request.request, &second.request.request);
            vec![requests, Cause::Object(destination, &second.object.identity)]
        };
        let known = causes.iter().find_map(|cause| self.causes.get(cause).copied());
        match known.and_then(|at| self.found.get_mut(at)) {
            Some(found) => found.more += 1,
            None => self.found.push(Found { first, second, destination, more: 0 }),
        }
        let at = known.unwrap_or(self.found.len() - 1);
        for cause in causes {
            self.causes.entry(cause).or_insert(at);
        }
    }
}

impl<'r> Delivery<'r> {
    fn is_of_request(self, other: Self) -> bool {
        self.request.request == other.request.request
    }

    fn step(self) -> (Span, Option<&'r str>) {
        (self.object.span, self.object.file.as_deref())
    }

    /// Where the object is said, for a label.
    fn said(self, what: &str) -> (Span, String) {
        match &self.object.file {
            Some(file) => (self.object.span, format!("{what} in `{file}`")),
            None => (self.object.span, what.to_owned()),
        }
    }
}

impl Found<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let (object, destination) = (&self.second.object.identity, self.destination);
        let (first, second) = (&self.first.request.request, &self.second.request.request);
        let more = match self.more {
            0 => String::new(),
            more => format!("; {more} more like it"),
        };
        let diagnostic = if self.first.is_of_request(self.second) {
            let message = format!("`{second}` delivers {object} to `{destination}` twice{more}");
            let (span, label) = self.second.said("a second time here");
            let diagnostic = Diagnostic::error(code::SAME_OBJECT, span, message).label(label);
            let (span, label) = self.first.said("first here");
            diagnostic.other(span, label).other(self.second.request.span, "for this request")
        } else {
            let message = format!("`{second}` delivers {object} to `{destination}`, and so does `{first}`{more}");
            let diagnostic = Diagnostic::error(code::SAME_OBJECT, self.second.request.span, message);
            let (span, label) = self.second.said("by this");
            let diagnostic =
                diagnostic.other(self.first.request.span, "it is delivered for this one too").other(span, label);
            if self.first.step() == self.second.step() {
                diagnostic
            } else {
                let (span, label) = self.first.said("and by this");
                diagnostic.other(span, label)
            }
        };
        diagnostic.help(
            "group, kind, namespace and name make an object, whatever the version of its API: give each a name of its own, by \
             `$name` and `$namespace`, or deliver it once",
        )
    }
}
