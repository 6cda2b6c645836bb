use super::{Map, Name};

worded! {
    /// A kind of object that a catalog holds, in the order in which they are made. The word is the name of the node.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[allow(missing_docs, reason = "each variant is the kind of its name")]
    pub enum Kind {
        Blueprint = "blueprint",
        Team = "team",
        User = "user",
        Entity = "entity",
        Scorecard = "scorecard",
        Action = "action",
        Automation = "automation",
        Page = "page",
        StateStore = "state-store",
        Destination = "destination",
        Promise = "promise",
        PromiseRelease = "promise-release",
        Policy = "policy",
        Request = "request",
    }
}

impl Kind {
    /// The kind of what an object of it is one of: the blueprint of an entity, the promise of a request.
    pub fn above(self) -> Option<Self> {
        match self {
            Self::Entity => Some(Self::Blueprint),
            Self::Request => Some(Self::Promise),
            _ => None,
        }
    }

    /// The kind of what is one of an object of it: the contrary of [`Kind::above`].
    pub fn below(self) -> Option<Self> {
        Self::ALL.iter().map(|row| row.0).find(|kind| kind.above() == Some(self))
    }
}

/// Names an object of a catalog: `blueprint:service`, `entity:service:payments`, `request:postgresql:my-team/my-app-db`.
/// A name may hold colons; those of a blueprint before an entity's name are written as `%3A`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// Its kind.
    pub kind: Kind,
    /// The blueprint of an entity, the promise of a request; empty for every other kind.
    pub parent: Name,
    /// Its identifier; a request's is `namespace/name`.
    pub name: Name,
}

impl Address {
    /// The address of an object of a kind that stands for itself.
    pub fn new(kind: Kind, name: Name) -> Self {
        Self { kind, parent: "".into(), name }
    }

    /// The address of an entity or a request.
    pub fn below(kind: Kind, parent: Name, name: Name) -> Self {
        Self { kind, parent, name }
    }

    /// The blueprint of an entity, the promise of a request.
    pub fn above(&self) -> Option<Self> {
        self.kind.above().map(|kind| Self::new(kind, self.parent.clone()))
    }

    /// The namespace of a request, and the name without it.
    pub fn namespaced(&self) -> (Option<&str>, &str) {
        let request = self.name.split_once('/').filter(|_| self.kind == Kind::Request);
        request.map_or((None, &self.name), |(namespace, name)| (Some(namespace), name))
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match Kind::from_word(kind)? {
            kind @ (Kind::Entity | Kind::Request) => {
                let (parent, name) = rest.split_once(':')?;
                let parent = parent.replace("%3A", ":").replace("%25", "%");
                Some(Self::below(kind, parent.as_str().into(), name.into()))
            }
            kind => Some(Self::new(kind, rest.into())),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.word())?;
        f.write_str(":")?;
        if !self.parent.is_empty() {
            if self.parent.bytes().any(|byte| matches!(byte, b'%' | b':')) {
                f.write_str(&self.parent.replace('%', "%25").replace(':', "%3A"))?;
            } else {
                f.write_str(&self.parent)?;
            }
            f.write_str(":")?;
        }
        f.write_str(&self.name)
    }
}

/// An object as a catalog holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What it is called.
    pub address: Address,
    /// What it holds.
    pub body: Map,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back() {
        for text in ["blueprint:service", "entity:service:a:b", "request:postgresql:my-team/db"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Address::parse("thing:a"), None);
        for parent in ["a", "a:b", "a%3Ab", "a%b", ":"] {
            let address = Address::below(Kind::Entity, parent.into(), "b:c".into());
            assert_eq!(Address::parse(&address.to_string()), Some(address));
        }
    }
}
