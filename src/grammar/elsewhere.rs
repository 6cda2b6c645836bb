//! Where a part of the language is found in the products that it comes from.

use crate::syntax::{Entry, Node, Scalar};

/// A product beside which plat works, or whose place it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbour {
    /// The developer portal.
    Port,
    /// The framework of promises for Kubernetes.
    Kratix,
    /// The other developer portal, of whose catalog plat knows the entities.
    Backstage,
}

impl Neighbour {
    /// Every neighbour, with its word in the grammar and its name.
    pub const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::Port, "port", "Port"), (Self::Kratix, "kratix", "Kratix"), (Self::Backstage, "backstage", "Backstage")];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }
}

/// Something of each neighbour.
#[derive(Clone, Debug, Default)]
pub(super) struct OfEach<T>([T; 3]);

/// Where a part of the language is found in each neighbour that has it.
pub(super) type Elsewhere = OfEach<Option<Counterpart>>;

impl<T> OfEach<T> {
    /// What a node of the grammar says of each.
    pub(super) fn read<'t>(node: Node<'t>, read: impl Fn(Option<Node<'t>>) -> T) -> Self {
        Self(Neighbour::ALL.map(|(_, word, _)| read(node.child(word))))
    }

    pub(super) fn of(&self, neighbour: Neighbour) -> &T {
        let [port, kratix, backstage] = &self.0;
        match neighbour {
            Neighbour::Port => port,
            Neighbour::Kratix => kratix,
            Neighbour::Backstage => backstage,
        }
    }
}

/// What a part of the language is in a neighbour: the way to it in what its object is there, or the neighbour's word.
#[derive(Clone, Debug, Default)]
pub struct Counterpart {
    /// The way, or the word, as the grammar writes it.
    pub text: Box<str>,
    /// The member that holds the name of each, where they are a list there; of what stands in the only item of a list, the one that tells
    /// the items apart.
    pub by: Option<Box<str>>,
    /// The member that holds the neighbour's word for the form of the node.
    pub word: Option<Box<str>>,
    /// Where the names stand of those that are required.
    pub required: Option<Box<str>>,
    /// Where the order of the names stands.
    pub order: Option<Box<str>>,
    /// The member of the object beside which that order says nothing.
    pub unless: Option<Box<str>>,
    /// What stands for an expression of jq: the name of the only member of an object, or [`BRACES`].
    pub jq: Option<Box<str>>,
    /// Whether JSON Schemas that stand there are structural ones of Kubernetes.
    pub is_structural: bool,
    /// Where what stands in the block as a whole stands.
    pub block: Option<Box<str>>,
    /// Of a name: where the part of it stands that is before its first `/`.
    pub within: Option<Box<str>>,
    /// What always stands there, with its way.
    pub fixed: Vec<(Box<str>, Fixed)>,
    /// Ways to what tells what the object is.
    pub telling: Vec<Box<str>>,
    /// Ways to objects that stand there even where nothing is in them, and to lists, each with whether it is one.
    pub empty: Vec<(Box<str>, bool)>,
    /// Ways to what the neighbour keeps itself, which says nothing.
    pub own: Vec<Box<str>>,
    /// The members of an item that stands there before all others, and is none here.
    pub first: Vec<(Box<str>, Box<str>)>,
    /// The member of the object that says another such item.
    pub first_at: Option<Box<str>>,
    /// What stands there where the node has nothing but its name.
    pub bare: Option<bool>,
    /// The members of each item that is meant where there is no list.
    pub implied: Vec<Vec<(Box<str>, Box<str>)>>,
    /// What the neighbour calls several such objects.
    pub many: Option<Box<str>>,
    /// What a document holds that is one of these objects: any of these, each ways with what stands there.
    pub shows: Vec<Vec<(Box<str>, Box<str>)>>,
    /// Whether the neighbour works the values out.
    pub worked_out: bool,
    /// Of a name: whether what is laid over a document may say another one.
    pub calls_otherwise: bool,
}

/// What [`Counterpart::jq`] is where the expression is text in braces.
pub const BRACES: &str = "{{}}";

/// A value that always stands somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fixed {
    /// A text.
    Text(Box<str>),
    /// A truth value.
    Truth(bool),
}

impl Elsewhere {
    /// What a node of the grammar says of its neighbours.
    pub(super) fn said(node: Node<'_>) -> Self {
        Self::read(node, |line| line.map(Counterpart::of))
    }

    pub(super) fn in_neighbour(&self, neighbour: Neighbour) -> Option<&Counterpart> {
        self.of(neighbour).as_ref()
    }

    /// What of it stands in the manual.
    pub(super) fn told(&self) -> String {
        let told = Neighbour::ALL.iter().filter_map(|(neighbour, _, name)| {
            let counterpart = self.in_neighbour(*neighbour)?;
            let kind = counterpart.fixed.iter().find_map(|(way, value)| match value {
                Fixed::Text(kind) if **way == *"kind" => Some(kind),
                _ => None,
            });
            let text = kind.unwrap_or(&counterpart.text);
            (!text.is_empty()).then(|| format!("{name}: `{text}`"))
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

impl Counterpart {
    fn of(line: Node<'_>) -> Self {
        let word = |key: &str| line.property(key).and_then(Entry::string).map(Into::into);
        let children = |name: &'static str| line.children().filter(move |child| child.name() == name);
        Self {
            text: line.argument(0).and_then(Entry::string).unwrap_or_default().into(),
            by: word("by"),
            word: word("word"),
            required: word("required"),
            order: word("order"),
            unless: word("unless"),
            jq: word("jq"),
            is_structural: children("structural").next().is_some(),
            block: word("block"),
            within: word("within"),
            fixed: children("fixed").filter_map(fixed).collect(),
            telling: children("telling").flat_map(Node::arguments).filter_map(Entry::string).map(Into::into).collect(),
            empty: children("empty").filter_map(empty).collect(),
            own: children("own").flat_map(Node::arguments).filter_map(Entry::string).map(Into::into).collect(),
            first: children("first").flat_map(members).collect(),
            first_at: children("first").find_map(|one| one.argument(0).and_then(Entry::string)).map(Into::into),
            bare: children("bare").find_map(|one| match one.argument(0)?.value() {
                Scalar::Bool(truth) => Some(truth),
                _ => None,
            }),
            implied: children("implied").map(|item| members(item).collect()).collect(),
            many: word("many"),
            shows: children("shows").map(|item| members(item).collect()).collect(),
            worked_out: children("worked-out").next().is_some(),
            calls_otherwise: children("calls-otherwise").next().is_some(),
        }
    }
}

fn empty(line: Node<'_>) -> Option<(Box<str>, bool)> {
    Some((line.argument(0)?.string()?.into(), line.argument(1).is_some()))
}

fn fixed(line: Node<'_>) -> Option<(Box<str>, Fixed)> {
    let value = match line.argument(1)?.value() {
        Scalar::String(text) => Fixed::Text(text.into()),
        Scalar::Bool(truth) => Fixed::Truth(truth),
        _ => return None,
    };
    Some((line.argument(0)?.string()?.into(), value))
}

fn members(line: Node<'_>) -> impl Iterator<Item = (Box<str>, Box<str>)> {
    line.properties().filter_map(|entry| Some((entry.key()?.into(), entry.string()?.into())))
}
