/// What a policy can ask for beside the fields of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// What an object or a file is called in a plan.
    Address,
    /// The kind's word.
    Kind,
    /// The bare name: of a request without its namespace.
    Name,
    /// The namespace of a request.
    Namespace,
    /// What a plan does to it, as the plan's word.
    Action,
    /// The project that owns what a plan changes, until then; nothing where nobody does.
    Owner,
    /// The path of a file below its store's folder.
    Path,
    /// The state store of a file.
    Store,
    /// The destination that a file is for, or that a request is delivered to.
    Destination,
    /// The address of the request that a file is rendered for.
    Request,
    /// How many lines of a file come.
    Added,
    /// How many lines of a file go.
    Removed,
    /// How many objects and files a plan makes.
    Creates,
    /// How many it changes.
    Updates,
    /// How many it gives another name.
    Moves,
    /// How many it takes over.
    Adopts,
    /// How many it deletes.
    Deletes,
    /// How many it lets go of.
    Releases,
    /// How many it changes in any way: all of these together.
    Changes,
}

impl Fact {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Address => "$address",
            Self::Kind => "$kind",
            Self::Name => "$name",
            Self::Namespace => "$namespace",
            Self::Action => "$action",
            Self::Owner => "$owner",
            Self::Path => "$path",
            Self::Store => "$store",
            Self::Destination => "$destination",
            Self::Request => "$request",
            Self::Added => "$added",
            Self::Removed => "$removed",
            Self::Creates => "$creates",
            Self::Updates => "$updates",
            Self::Moves => "$moves",
            Self::Adopts => "$adopts",
            Self::Deletes => "$deletes",
            Self::Releases => "$releases",
            Self::Changes => "$changes",
        }
    }

    /// Whether it is a number; else it is text.
    pub fn is_number(self) -> bool {
        match self {
            Self::Added
            | Self::Removed
            | Self::Creates
            | Self::Updates
            | Self::Moves
            | Self::Adopts
            | Self::Deletes
            | Self::Releases
            | Self::Changes => true,
            Self::Address
            | Self::Kind
            | Self::Name
            | Self::Namespace
            | Self::Action
            | Self::Owner
            | Self::Path
            | Self::Store
            | Self::Destination
            | Self::Request => false,
        }
    }

    /// Whether only a planned change of an object or a file has it.
    pub fn is_planned(self) -> bool {
        matches!(self, Self::Action | Self::Owner | Self::Added | Self::Removed)
    }
}
