use crate::model::{Address, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request that leaves a destination that it was delivered to for another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Relocation {
    /// The request.
    pub request: Address,
    /// The destination that it leaves.
    pub from: Name,
    /// The destination that it goes to.
    pub to: Name,
    /// Why it does not stay.
    pub because: Leaving,
}

/// Why a request leaves a destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Leaving {
    /// The destination is no longer declared.
    Gone,
    /// The destination lacks labels that the request asks for, or has them with other values: their keys.
    Labels(Vec<String>),
    /// The destination is strict about its labels, and the request asks for none.
    Strict,
    /// The destination says `drain`.
    Drained,
    /// The destination lies in a bucket, which plat does not write to.
    Bucket,
    /// All in the destination is one file, which plat does not write.
    Aggregated,
    /// The request is pinned to the other one.
    Pinned,
    /// Somebody asked for the request to be placed anew.
    Rebalanced,
    /// It is in the other one already: an apply was stopped on its way.
    Unfinished,
    /// The project leaves the state store that it stood in: the store's name.
    StoreLeft(Name),
    /// The destination stays, and lies in another state store.
    StoreChanged {
        /// The state store that it lay in.
        from: Name,
        /// The one that it lies in now.
        to: Name,
    },
    /// The destination stays, and the state store that it lies in is another place under the same name: the store's name.
    StoreMoved(Name),
}

impl Relocation {
    /// What it moves from, and to.
    pub fn ends(&self) -> [String; 2] {
        match &self.because {
            Leaving::StoreChanged { from, to } => [from, to].map(|store| format!("state store {store}")),
            Leaving::StoreMoved(store) => [format!("state store {store}"), "its new place".to_owned()],
            _ => [&self.from, &self.to].map(ToString::to_string),
        }
    }

    /// Whether what it leaves is a destination in a state store.
    pub(in crate::plan) fn leaves(&self, destination: &str, store: &str) -> bool {
        let is_store = match &self.because {
            Leaving::StoreChanged { from, .. } => *from == *store,
            _ => true,
        };
        is_store && self.from == *destination
    }

    /// Why it moves, as a clause.
    pub fn why(&self) -> String {
        let Self { from, to, because, .. } = self;
        match because {
            Leaving::Gone => format!("{from} is no longer declared"),
            Leaving::Labels(keys) => {
                let noun = if keys.len() == 1 { "label" } else { "labels" };
                format!("{from} no longer fits because of {noun} {}", keys.join(", "))
            }
            Leaving::Strict => format!("{from} no longer fits: it is strict about its labels, and none is asked for"),
            Leaving::Drained => format!("{from} is drained"),
            Leaving::Bucket => format!("{from} lies in a bucket, which plat does not write to"),
            Leaving::Aggregated => format!("{from} keeps all in one file, which plat does not write"),
            Leaving::Pinned => format!("its line pins it to {to}"),
            Leaving::Rebalanced => "it is placed anew, as --rebalance says".to_owned(),
            Leaving::Unfinished => format!("it was delivered to {to} already"),
            Leaving::StoreChanged { .. } => format!("{to} lies in another state store"),
            Leaving::StoreMoved(_) => "what is at the old one stays there".to_owned(),
            Leaving::StoreLeft(store) => format!("the project leaves state store {store}, where {from} was"),
        }
    }
}
