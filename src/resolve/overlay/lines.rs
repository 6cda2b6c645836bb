use super::line::{begins_like, same};
use crate::syntax::{Entry, Node, Scalar};
use std::collections::HashMap;

/// What a value says, as far as it can be looked for: that two are alike does not make them the same.
#[derive(PartialEq, Eq, Hash)]
enum Said<'t> {
    Text(&'t str),
    Integer(i64),
    Other,
}

impl<'t> Said<'t> {
    fn of(entry: Entry<'t>) -> Self {
        match entry.value() {
            Scalar::String(text) => Self::Text(text),
            Scalar::Integer(number) => Self::Integer(number),
            Scalar::BigInteger(_) | Scalar::Float(_) | Scalar::Bool(_) | Scalar::Null => Self::Other,
        }
    }
}

/// The values of a list, to look for some of them.
#[derive(Default)]
pub(super) struct Values<'t>(HashMap<Said<'t>, Vec<Entry<'t>>>);

impl<'t> Values<'t> {
    pub(super) fn of(entries: impl Iterator<Item = Entry<'t>>) -> Self {
        let mut values = Self::default();
        for entry in entries {
            let alike = values.0.entry(Said::of(entry)).or_default();
            // Of those that are the same one is enough.
            if !alike.iter().any(|other| same(*other, entry)) {
                alike.push(entry);
            }
        }
        values
    }

    /// Whether one of them is the same as another.
    pub(super) fn have(&self, entry: Entry<'_>) -> bool {
        self.0.get(&Said::of(entry)).is_some_and(|alike| alike.iter().any(|other| same(*other, entry)))
    }
}

/// The name of a node, and its first arguments.
type Beginning<'t> = (&'t str, Vec<Said<'t>>);

/// The lines of a node, found by what they begin with. Each look costs what is found.
pub(super) struct Lines<'n> {
    children: Vec<Node<'n>>,
    /// The numbers of the children, by the name and so many arguments of each.
    beginnings: HashMap<usize, HashMap<Beginning<'n>, Vec<usize>>>,
    properties: HashMap<&'n str, Entry<'n>>,
}

impl<'n> Lines<'n> {
    pub(super) fn of(node: Node<'n>) -> Self {
        let properties = node.properties().filter_map(|entry| Some((entry.key()?, entry)));
        Self { children: node.children().collect(), beginnings: HashMap::new(), properties: properties.collect() }
    }

    /// Whether the line of the node itself has a property.
    pub(super) fn has_property(&self, name: &str) -> bool {
        self.properties.contains_key(name)
    }

    /// The numbers of the children of a name; with a key of those that have it for their first argument.
    pub(super) fn called(&mut self, name: &str, key: Option<Entry<'_>>) -> Vec<usize> {
        let is_it = |child: Node<'n>| key.is_none_or(|key| child.argument(0).is_some_and(|own| same(own, key)));
        let numbers = |alike: &mut dyn Iterator<Item = (usize, Node<'n>)>| {
            alike.filter(|(_, child)| is_it(*child)).map(|(number, _)| number).collect()
        };
        self.alike(&(name, key.into_iter().map(Said::of).collect()), numbers)
    }

    /// The first two of the children that begin as a head does, each with its number.
    pub(super) fn like(&mut self, head: Node<'_>) -> [Option<(usize, Node<'n>)>; 2] {
        let two = |alike: &mut dyn Iterator<Item = (usize, Node<'n>)>| {
            let mut found = alike.filter(|(_, child)| begins_like(*child, head));
            [found.next(), found.next()]
        };
        self.alike(&(head.name(), head.arguments().map(Said::of).collect()), two)
    }

    /// Looks at the children that likely begin with a name and some arguments, each with its number.
    fn alike<T>(
        &mut self,
        beginning: &Beginning<'_>,
        look: impl FnOnce(&mut dyn Iterator<Item = (usize, Node<'n>)>) -> T,
    ) -> T {
        let (count, children) = (beginning.1.len(), &self.children);
        let by_beginning = self.beginnings.entry(count).or_insert_with(|| beginnings(children, count));
        let found = by_beginning.get(beginning).map_or(&[][..], Vec::as_slice);
        look(&mut found.iter().filter_map(|number| Some((*number, *children.get(*number)?))))
    }
}

/// The numbers of nodes, by the name and so many arguments of each.
fn beginnings<'n>(nodes: &[Node<'n>], count: usize) -> HashMap<Beginning<'n>, Vec<usize>> {
    let mut found: HashMap<Beginning<'n>, Vec<usize>> = HashMap::new();
    for (number, node) in nodes.iter().enumerate() {
        let own: Vec<Said<'n>> = node.arguments().take(count).map(Said::of).collect();
        if own.len() == count {
            found.entry((node.name(), own)).or_default().push(number);
        }
    }
    found
}
