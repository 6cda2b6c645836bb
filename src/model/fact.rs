use super::Address;

worded! {
    /// What a policy can ask for beside the fields of an object.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Fact {
        /// What an object or a file is called in a plan.
        Address = "$address",
        /// The kind's word.
        Kind = "$kind",
        /// The bare name: of a request without its namespace.
        Name = "$name",
        /// The namespace of a request, or of a manifest.
        Namespace = "$namespace",
        /// What a plan does to it, as the plan's word.
        Action = "$action",
        /// The project that owns what a plan changes, until then; nothing where nobody does.
        Owner = "$owner",
        /// The path of a file below its store's folder.
        Path = "$path",
        /// The state store of a file.
        Store = "$store",
        /// The destination that a file is for, or that a request is delivered to.
        Destination = "$destination",
        /// The address of the request that a file is rendered for.
        Request = "$request",
        /// The promise of that request.
        Promise = "$promise",
        /// How many lines of a file come.
        Added = "$added",
        /// How many lines of a file go.
        Removed = "$removed",
        /// How many objects and files a plan makes.
        Creates = "$creates",
        /// How many it changes.
        Updates = "$updates",
        /// How many it gives another name.
        Moves = "$moves",
        /// How many it takes over.
        Adopts = "$adopts",
        /// How many it deletes.
        Deletes = "$deletes",
        /// How many it lets go of.
        Releases = "$releases",
        /// How many it changes in any way: all of these together.
        Changes = "$changes",
    }
}

impl Fact {
    /// What the address of an object says of it.
    pub fn of_address(self, address: &Address) -> Option<String> {
        let (namespace, name) = address.namespaced();
        match self {
            Self::Address => Some(address.to_string()),
            Self::Kind => Some(address.kind.word().to_owned()),
            Self::Name => Some(name.to_owned()),
            Self::Namespace => namespace.map(str::to_owned),
            _ => None,
        }
    }

    /// Whether it is a number; else it is text.
    pub fn is_number(self) -> bool {
        use Fact::{Added, Adopts, Changes, Creates, Deletes, Moves, Releases, Removed, Updates};
        matches!(self, Added | Removed | Creates | Updates | Moves | Adopts | Deletes | Releases | Changes)
    }

    /// Whether the address of an object says it.
    pub fn is_of_address(self) -> bool {
        matches!(self, Self::Address | Self::Kind | Self::Name | Self::Namespace)
    }

    /// Whether only a planned change of an object or a file has it.
    pub fn is_planned(self) -> bool {
        matches!(self, Self::Action | Self::Owner | Self::Added | Self::Removed)
    }
}
