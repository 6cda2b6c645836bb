use crate::syntax::{Entry, Node, Scalar};

worded! {
    /// What a line of an overlay does.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Verb {
        /// Puts a line in the place of the one that there is, or adds it.
        Set = "set",
        /// Takes a line away.
        Unset = "unset",
        /// Adds items to a list.
        Add = "add",
        /// Takes items out of a list.
        Remove = "remove",
    }
}

/// Whether a word is one that a line of an overlay begins with.
pub(in crate::resolve) fn is_verb(word: &str) -> bool {
    Verb::from_word(word).is_some()
}

/// A line of an overlay that does something: the verb, and behind it the line that it is done to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'o> {
    pub(super) verb: Verb,
    pub(super) node: Node<'o>,
    /// What stands for the name of the line.
    pub(super) named: Entry<'o>,
    pub(super) name: &'o str,
}

impl<'o> Line<'o> {
    /// The line that a node is; nothing where what it is done to is not named.
    pub(super) fn of(verb: Verb, node: Node<'o>) -> Option<Self> {
        let named = node.entries().next().filter(|entry| entry.is_argument())?;
        Some(Self { verb, node, named, name: named.string()? })
    }

    /// What stands behind the name.
    pub(super) fn values(self) -> impl Iterator<Item = Entry<'o>> {
        self.node.entries().skip(1)
    }

    /// The value, where it is one alone.
    pub(super) fn only_value(self) -> Option<Entry<'o>> {
        let mut values = self.values();
        let first = values.next().filter(|entry| entry.is_argument())?;
        (values.next().is_none() && !self.node.has_block()).then_some(first)
    }
}

/// Whether two values are the same, whatever they are written like.
pub(super) fn same(one: Entry<'_>, other: Entry<'_>) -> bool {
    match (one.value(), other.value()) {
        // A text may be one of another language.
        (Scalar::String(text), Scalar::String(other_text)) => {
            text == other_text && one.annotation() == other.annotation()
        }
        (one, other) => one == other,
    }
}

/// Whether a node begins as another one does: its name, its first arguments and its properties.
pub(super) fn begins_like(node: Node<'_>, head: Node<'_>) -> bool {
    let same_arguments = || {
        let mut own = node.arguments();
        head.arguments().all(|entry| own.next().is_some_and(|own| same(own, entry)))
    };
    let same_properties = || {
        head.properties()
            .all(|entry| entry.key().and_then(|key| node.property(key)).is_some_and(|own| same(own, entry)))
    };
    node.name() == head.name() && same_arguments() && same_properties()
}
