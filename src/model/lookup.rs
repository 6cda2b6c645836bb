//! Things by their names, without a look at each.

use super::Name;
use crate::source::Spanned;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Where in a list the things of each name are; made when it is first asked. It says nothing of its own, so that all are equal.
#[derive(Clone, Default)]
pub(super) struct Lookup(OnceLock<HashMap<Name, usize>>);

impl Lookup {
    /// The first thing of a name in a list, of which it is asked alone. A list that has changed since is looked through.
    pub(super) fn find<'i, T>(&self, items: &'i [T], name_of: fn(&T) -> &Spanned<Name>, name: &str) -> Option<&'i T> {
        let named = |item: &&T| *name_of(item).value == *name;
        let made =
            || items.iter().enumerate().rev().map(|(index, item)| (name_of(item).value.clone(), index)).collect();
        let index = self.0.get_or_init(made).get(name);
        let found = index.and_then(|index| items.get(*index)).filter(named);
        found.or_else(|| items.iter().find(named))
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
