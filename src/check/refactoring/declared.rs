use crate::diag::Suggestions;
use crate::model::{Address, Name, Project, Scope};
use crate::source::Origin;
use std::collections::HashMap;

/// The most addresses that are gone through for what was meant, all problems together.
const CANDIDATES: usize = 200_000;

/// Where each object of a project is declared.
pub(super) struct Declarations {
    all: Vec<Address>,
    places: HashMap<Address, Origin>,
    candidates: usize,
    suggestions: Suggestions,
}

impl Declarations {
    /// Those of a project.
    pub(super) fn of(project: &Project) -> Self {
        let declared = project.declared();
        let mut places = HashMap::with_capacity(declared.len());
        let mut all = Vec::with_capacity(declared.len());
        for declared in declared {
            let address = declared.address();
            places.entry(address.clone()).or_insert_with(|| declared.span());
            all.push(address);
        }
        Self { all, places, candidates: CANDIDATES, suggestions: Suggestions::default() }
    }

    /// The line that declares an object.
    pub(super) fn place(&self, address: &Address) -> Option<Origin> {
        self.places.get(address).copied()
    }

    /// The first declared object that a pattern covers, with its line.
    pub(super) fn covered(&self, scope: &Scope) -> Option<(&Address, Origin)> {
        let address = self.all.iter().find(|address| scope.covers(address))?;
        Some((address, self.place(address)?))
    }

    /// The declared object that was probably meant: of a similar name, or of the same name in a similar place.
    pub(super) fn nearest(&mut self, address: &Address) -> Option<Address> {
        if self.all.len() > self.candidates {
            return None;
        }
        self.candidates -= self.all.len();
        let of_kind = || self.all.iter().filter(|known| known.kind == address.kind);
        let beside = of_kind().filter(|known| known.parent == address.parent).map(|known| &*known.name);
        if let Some(name) = self.suggestions.nearest(&address.name, beside) {
            return Some(Address { name: Name::from(name), ..address.clone() });
        }
        let namesakes = of_kind().filter(|known| known.name == address.name).map(|known| &*known.parent);
        let parent = self.suggestions.nearest(&address.parent, namesakes)?;
        Some(Address { parent: Name::from(parent), ..address.clone() })
    }
}
