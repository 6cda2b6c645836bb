//! Objects of Kubernetes as policies see them: as they are delivered, with the lines that say what is in them.

use crate::kubernetes::Identity;
use crate::model::{Address, Fact, FieldPath, Kind, Leaf, Map, Project, Value};
use crate::render::{self, Placed, Rendered, Step, said_at};
use crate::scorecard::Cell;
use crate::secret::is_held;
use crate::source::Origin;
use rayon::prelude::*;
use std::collections::HashMap;

/// An object in a file that a project comes to.
pub(super) struct Manifest<'f> {
    pub(super) file: &'f Placed,
    body: Map,
}

/// What stands at an end of a path, with the way there; nothing where the way ends before.
struct End<'m> {
    value: Option<&'m Value>,
    steps: Vec<Step>,
}

/// The objects in the files of a project, as far as these can be read; of a list its items.
pub(super) fn manifests(placed: &[Placed]) -> Vec<Manifest<'_>> {
    placed.par_iter().flat_map_iter(of_file).collect()
}

fn of_file(file: &Placed) -> Vec<Manifest<'_>> {
    let mut found = Vec::new();
    for document in render::manifests(&file.path, &file.content) {
        collect(file, document, &mut found);
    }
    found
}

fn collect<'f>(file: &'f Placed, document: Value, found: &mut Vec<Manifest<'f>>) {
    let Value::Object(mut body) = document else { return };
    let is_list = body.get("kind").and_then(|kind| kind.as_str()).is_some_and(|kind| kind.ends_with("List"));
    match body.get("items").filter(|items| is_list && items.as_array().is_some()) {
        Some(_) => {
            if let Some(Value::Array(items)) = body.remove("items").map(|items| items.value) {
                for item in items {
                    collect(file, item.value, found);
                }
            }
        }
        None if body.get("kind").is_some() => found.push(Manifest { file, body }),
        None => {}
    }
}

impl Manifest<'_> {
    fn text(&self, names: &[&str]) -> Option<&str> {
        let (last, way) = names.split_last()?;
        let map = way.iter().try_fold(&self.body, |map, name| map.get(name)?.as_object())?;
        map.get(last)?.as_str()
    }

    /// What it is called in a sentence: its kind and its name.
    pub(super) fn title(&self) -> String {
        let kind = self.text(&["kind"]).unwrap_or_default();
        let name = self.text(&["metadata", "name"]).unwrap_or_default();
        if name.is_empty() { kind.to_owned() } else { format!("{kind} `{name}`") }
    }

    /// What is asked of it. Where a path leads through lists, there is a value for each way.
    pub(super) fn cell(&self, path: &FieldPath) -> Cell<'_> {
        let Leaf::Fact(fact) = path.leaf else { return self.at(path) };
        let text = match fact {
            Fact::Name => self.text(&["metadata", "name"]),
            Fact::Namespace => self.text(&["metadata", "namespace"]),
            Fact::Kind => self.text(&["kind"]),
            Fact::Promise => Some(&**self.file.promise()),
            Fact::Destination => Some(&*self.file.destination),
            Fact::Store => Some(&*self.file.store),
            Fact::Path => Some(self.file.path.as_str()),
            Fact::Request if self.file.request.kind == Kind::Request => {
                return Cell::text(self.file.request.to_string());
            }
            _ => None,
        };
        text.map_or(Cell::Missing, Cell::text)
    }

    fn at(&self, path: &FieldPath) -> Cell<'_> {
        if path.leaf == Leaf::Count {
            return Cell::of_member(&self.body, path);
        }
        let (ends, several) = self.ends(path);
        let mut cells: Vec<Cell<'_>> = ends.into_iter().map(|end| end.value.map_or(Cell::Missing, Cell::of)).collect();
        // An empty list is none.
        if several && !cells.is_empty() { Cell::Each(cells) } else { cells.pop().unwrap_or(Cell::Missing) }
    }

    /// Whether a `Secret` holds its values at a path.
    pub(super) fn holds(&self, path: &FieldPath) -> bool {
        let names = path.names().map(|(names, _)| names).unwrap_or_default();
        let way: Vec<&str> = names.iter().map(|name| &***name).collect();
        is_held(self.text(&["apiVersion"]), self.text(&["kind"]), &way)
    }

    /// The ends of a path, and whether it leads through a list.
    fn ends(&self, path: &FieldPath) -> (Vec<End<'_>>, bool) {
        let names: Vec<&str> =
            path.names().map_or_else(Vec::new, |(names, _)| names.iter().map(|name| &***name).collect());
        let mut walk = Walk::default();
        walk.object(&self.body, &names);
        (walk.ends, walk.several)
    }

    /// The line that gave the value at an end of a path, or the nearest one around it that is known.
    pub(super) fn said_at(&self, project: &Project, lines: &Lines<'_>, culprit: Option<(&FieldPath, usize)>) -> Origin {
        let Some(line) = self.identity().and_then(|identity| lines.get(&(&self.file.request, identity))) else {
            return self.file.span;
        };
        let ends = culprit.map(|(path, end)| (self.ends(path).0, end));
        let steps = ends.and_then(|(ends, end)| Some(ends.into_iter().nth(end)?.steps)).unwrap_or_default();
        said_at(project, &self.file.request, *line, &steps).unwrap_or(*line)
    }

    fn identity(&self) -> Option<Identity> {
        let namespace = self.text(&["metadata", "namespace"]);
        Some(Identity::new(
            self.text(&["apiVersion"])?,
            self.text(&["kind"])?,
            namespace,
            self.text(&["metadata", "name"])?,
        ))
    }
}

/// The line of a workflow that delivers an object of a request.
pub(super) type Lines<'r> = HashMap<(&'r Address, Identity), Origin>;

/// The lines that deliver the objects of requests.
pub(super) fn lines<'r>(rendered: &'r [Rendered]) -> Lines<'r> {
    let of_request = |one: &'r Rendered| {
        one.objects.iter().map(move |object| ((&one.request, object.identity.clone()), object.span))
    };
    rendered.iter().flat_map(of_request).collect()
}

/// A walk along the names of a path.
#[derive(Default)]
struct Walk<'m> {
    steps: Vec<Step>,
    ends: Vec<End<'m>>,
    several: bool,
}

impl<'m> Walk<'m> {
    fn end(&mut self, value: Option<&'m Value>) {
        self.ends.push(End { value, steps: self.steps.clone() });
    }

    fn value(&mut self, value: &'m Value, names: &[&str]) {
        match value {
            value if names.is_empty() => self.end(Some(value)),
            Value::Object(map) => self.object(map, names),
            Value::Array(items) => {
                self.several = true;
                for (index, item) in items.iter().enumerate() {
                    self.steps.push(Step::Item(index));
                    self.value(&item.value, names);
                    self.steps.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Secret(_) => self.end(None),
        }
    }

    /// A name may have dots in it: the longest that is there is taken.
    fn object(&mut self, map: &'m Map, names: &[&str]) {
        let found = (1..=names.len()).rev().find_map(|count| {
            let name = names[..count].join(".");
            Some((map.get(&name)?, name, &names[count..]))
        });
        match found {
            Some((value, name, rest)) => {
                self.steps.push(Step::Member(name));
                self.value(&value.value, rest);
                self.steps.pop();
            }
            None => self.end(None),
        }
    }
}
