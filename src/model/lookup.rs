//! Things by their names, without a look at each.

use super::Name;
use crate::source::Spanned;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How many things a list has, and where those of each name are; made when it is first asked. It says nothing of its own, so that all are equal.
#[derive(Clone, Default)]
pub(super) struct Lookup(OnceLock<(usize, HashMap<Name, usize>)>);

impl Lookup {
    /// The first thing of a name in a list, of which it is asked alone. One that is longer or shorter since is looked through.
    pub(super) fn find<'i, T>(&self, items: &'i [T], name_of: fn(&T) -> &Spanned<Name>, name: &str) -> Option<&'i T> {
        let named = |item: &&T| *name_of(item).value == *name;
        let place = |(index, item): (usize, &T)| (name_of(item).value.clone(), index);
        let made = || (items.len(), items.iter().enumerate().rev().map(place).collect());
        let (count, places) = self.0.get_or_init(made);
        match places.get(name).map(|index| items.get(*index).filter(named)) {
            Some(Some(found)) => Some(found),
            None if *count == items.len() => None,
            _ => items.iter().find(named),
        }
    }
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookup")
    }
}

impl PartialEq for Lookup {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
