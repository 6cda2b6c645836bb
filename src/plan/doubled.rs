//! What another project delivers to the same place.

use super::document::{Guard, Manifested, Plan};
use crate::model::{Address, Name, Thing};

/// Objects of Kubernetes that a request would deliver to a destination and that another project has there for one of its own.
#[derive(Clone, Debug)]
pub struct Doubled {
    /// The request.
    pub request: Address,
    /// The destination.
    pub destination: Name,
    /// The first of them.
    pub object: Manifested,
    /// How many more there are.
    pub more: usize,
    /// The other project.
    pub owner: Name,
    /// The request of that one.
    pub other: Address,
    /// The file that has the first of them there.
    pub file: Thing,
}

impl Plan {
    /// The plan, refused for what would be there twice.
    #[must_use]
    pub fn with_doubled(mut self, doubled: &[Doubled]) -> Self {
        self.guards.extend(doubled.iter().map(Doubled::guard));
        self
    }
}

impl Doubled {
    fn guard(&self) -> Guard {
        let Self { request, destination, object, more, owner, other, file } = self;
        let more = if *more == 0 { String::new() } else { format!("; {more} more like it") };
        let message = format!(
            "{request} would deliver {object} to {destination}, where project {owner} has it for {other} ({file}){more}: which of the two wins \
             there is chance, and the end of one takes away what the other has; give one of them another name, or have that project take its \
             own out first"
        );
        Guard::new(message, None)
    }
}
