use crate::diag::suggest;
use crate::model::{Address, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// How many objects there are of a kind; of entities and requests, of each blueprint and promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The kind.
    pub kind: Kind,
    /// The blueprint or the promise; empty for other kinds.
    pub of: String,
    /// The objects.
    pub count: usize,
}

/// The objects that there are, counted, in the order of kinds.
pub fn groups(addresses: &[Address]) -> Vec<Group> {
    let mut counts: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for address in addresses {
        *counts.entry((address.kind, &*address.parent)).or_default() += 1;
    }
    counts.into_iter().map(|((kind, of), count)| Group { kind, of: of.to_owned(), count }).collect()
}

/// What is meant of what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// What kind it is of.
    pub kind: Kind,
    /// The blueprint of the entities, or the promise of the requests, where one is meant.
    pub of: Option<Address>,
    /// The addresses, in their order.
    pub addresses: Vec<Address>,
}

/// The objects that are meant: by a kind (`entity`, `entities`), by a blueprint or a promise (`service`), by one of either and a
/// name (`service/cart`, or the name for itself), or by an address or the beginning of one (`entity:service`).
///
/// # Errors
/// Where nothing is meant, in a sentence with what probably was.
pub fn select(addresses: Vec<Address>, subject: &str, name: Option<&str>) -> Result<Selection, String> {
    let (whose, name) = match (whose(&addresses, subject), subject.split_once('/')) {
        (Ok(whose), _) => (whose, name),
        (Err(error), Some((subject, named))) if name.is_none() && Address::parse(&format!("{subject}/")).is_none() => {
            // What stands before a `/` in the name of something is nothing by itself.
            let of = whose(&addresses, subject);
            (of.map_err(|inner| if subject.contains(':') { error } else { inner })?, Some(named))
        }
        (Err(error), _) => return Err(error),
    };
    let (kind, of) = (whose.kind(), whose.of());
    let meant: Vec<Address> = addresses.into_iter().filter(|address| whose.holds(address)).collect();
    let Some(name) = name else { return Ok(Selection { kind, of, addresses: meant }) };
    let (found, rest): (Vec<Address>, Vec<Address>) = meant.into_iter().partition(|address| is_called(address, name));
    if found.is_empty() {
        let near = suggest(name, rest.iter().map(|address| &*address.name));
        return Err(format!("the catalog holds no {} `{name}`{}", whose.word(), meant_near(near)));
    }
    Ok(Selection { kind, of, addresses: found })
}

/// The question whether something else is meant.
fn meant_near(near: Option<&str>) -> String {
    near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default()
}

/// Whose objects are meant.
enum Whose {
    /// Those of a kind.
    Kind(Kind),
    /// The entities of a blueprint, or the requests of a promise.
    Below(Kind, String),
    /// One.
    One(Address),
}

impl Whose {
    fn holds(&self, address: &Address) -> bool {
        match self {
            Self::Kind(kind) => address.kind == *kind,
            Self::Below(kind, parent) => address.kind == *kind && *address.parent == **parent,
            Self::One(one) => address == one,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Kind(kind) | Self::Below(kind, _) => *kind,
            Self::One(address) => address.kind,
        }
    }

    fn of(&self) -> Option<Address> {
        match self {
            Self::Kind(_) => None,
            Self::Below(kind, parent) => Some(Address::new(kind.above()?, parent.as_str().into())),
            Self::One(address) => address.above(),
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Below(_, parent) => parent,
            Self::One(address) => address.kind.word(),
        }
    }
}

fn whose(addresses: &[Address], subject: &str) -> Result<Whose, String> {
    if let Some(one) = addresses.iter().find(|address| address.to_string() == subject) {
        return Ok(Whose::One(one.clone()));
    }
    // A kind goes first: what is called like one is found behind its own kind, as in `entity:team`.
    if let Some(kind) = singulars(subject).find_map(|word| Kind::from_word(&word)) {
        return Ok(Whose::Kind(kind));
    }
    let parents = || addresses.iter().filter_map(|address| Some((address.kind.below()?, &address.name)));
    let called = |parent: &str, asked: Option<Kind>| {
        let is_meant = |kind: Kind, name: &str, word: &str| asked.is_none_or(|asked| kind == asked) && *name == *word;
        let found = singulars(parent).find_map(|word| parents().find(|(kind, name)| is_meant(*kind, name, &word)));
        found.map(|(kind, name)| Whose::Below(kind, name.to_string()))
    };
    let of_kind = || {
        let (kind, parent) = subject.split_once(':')?;
        let kind = Kind::from_word(kind)?;
        // As the address of something below it says it.
        let said = Address::parse(&format!("{subject}:")).filter(|address| address.name.is_empty());
        said.and_then(|said| called(&said.parent, Some(kind))).or_else(|| called(parent, Some(kind)))
    };
    if let Some(found) = called(subject, None).or_else(of_kind) {
        return Ok(found);
    }
    if Address::parse(subject).is_some() {
        let known: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let near = suggest(subject, known.iter().map(String::as_str));
        return Err(format!("the catalog holds no `{subject}`{}", meant_near(near)));
    }
    if let Some((kind, _)) = subject.split_once(':').filter(|(kind, _)| Kind::from_word(kind).is_none()) {
        let known: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let one = addresses.iter().find(|address| is_called(address, subject)).map(ToString::to_string);
        let near = one.or_else(|| suggest(subject, known.iter().map(String::as_str)).map(ToOwned::to_owned));
        let kinds = Kind::ALL.iter().map(|row| row.1).collect::<Vec<_>>().join(", ");
        let near = meant_near(near.as_deref());
        return Err(format!("`{subject}` is no address, as there is no kind `{kind}`{near} (there are {kinds})"));
    }
    let words: BTreeSet<&str> = Kind::ALL.iter().map(|row| row.1).chain(parents().map(|(_, name)| &**name)).collect();
    let one = addresses.iter().find(|address| is_called(address, subject)).map(ToString::to_string);
    let near = suggest(subject, words.iter().copied()).map(ToOwned::to_owned).or(one);
    let known = words.into_iter().collect::<Vec<_>>().join(", ");
    let near = meant_near(near.as_deref());
    Err(format!("there is no kind, blueprint or promise `{subject}`{near} (there are {known})"))
}

/// A word, and what it may be the plural of.
fn singulars(word: &str) -> impl Iterator<Item = String> {
    let plurals = [("ies", "y"), ("es", ""), ("s", "")];
    let singular = |(end, one): (&str, &str)| word.strip_suffix(end).map(|stem| format!("{stem}{one}"));
    let all: Vec<String> = std::iter::once(word.to_owned()).chain(plurals.into_iter().filter_map(singular)).collect();
    all.into_iter()
}

/// Whether a name means an object: its own, that of a request without its namespace, or one with the blueprint or promise before it.
fn is_called(address: &Address, name: &str) -> bool {
    *address.name == *name
        || address.namespaced().1 == name
        || address.to_string().split_once(':').is_some_and(|(_, rest)| rest == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Vec<Address> {
        let all = [
            "blueprint:service",
            "blueprint:team",
            "team:shop",
            "entity:service:cart",
            "entity:service:ledger",
            "entity:team:shop",
            "promise:database",
            "request:database:pay/main",
            "blueprint:a:b",
            "entity:a%3Ab:t",
        ];
        all.iter().map(|text| Address::parse(text).unwrap()).collect()
    }

    fn found(subject: &str, name: Option<&str>) -> String {
        let found = select(addresses(), subject, name);
        found.map_or_else(|no| no, |all| all.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn kinds_blueprints_promises_names_and_addresses_are_meant() {
        let services = "entity:service:cart entity:service:ledger";
        for (subject, name, meant) in [
            ("entities", None, "entity:service:cart entity:service:ledger entity:team:shop entity:a%3Ab:t"),
            ("service", None, services),
            ("services", None, services),
            ("entity:service", None, services),
            ("service/cart", None, "entity:service:cart"),
            ("service", Some("cart"), "entity:service:cart"),
            ("entity/cart", None, "entity:service:cart"),
            ("entity", Some("service:cart"), "entity:service:cart"),
            ("entity:service:cart", None, "entity:service:cart"),
            ("database/pay/main", None, "request:database:pay/main"),
            ("databases", Some("main"), "request:database:pay/main"),
            ("request:database:pay/main", None, "request:database:pay/main"),
            ("team", None, "team:shop"),
            ("entity:team", None, "entity:team:shop"),
            ("blueprint", Some("team"), "blueprint:team"),
            ("a:b", None, "entity:a%3Ab:t"),
            ("a:b/t", None, "entity:a%3Ab:t"),
            ("entity:a%3Ab", None, "entity:a%3Ab:t"),
            ("entity:a%3Ab/t", None, "entity:a%3Ab:t"),
            ("entity:service/cart", None, "entity:service:cart"),
        ] {
            assert_eq!(found(subject, name), meant, "{subject} {name:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let known = "(there are a:b, action, automation, blueprint, database, destination, entity, page, policy, promise, promise-release, request, scorecard, service, \
                     state-store, team, user)";
        let no = "there is no kind, blueprint or promise";
        for (subject, name, told) in [
            ("servce", None, format!("{no} `servce`: did you mean `service`? {known}")),
            ("cart", None, format!("{no} `cart`: did you mean `entity:service:cart`? {known}")),
            ("service/crt", None, "the catalog holds no service `crt`: did you mean `cart`?".to_owned()),
            (
                "entity:service:crt",
                None,
                "the catalog holds no `entity:service:crt`: did you mean `entity:service:cart`?".to_owned(),
            ),
            ("page:p", None, "the catalog holds no `page:p`".to_owned()),
            (
                "request:database:pay/other",
                None,
                "the catalog holds no `request:database:pay/other`: did you mean `request:database:pay/main`?"
                    .to_owned(),
            ),
            ("service", Some("nothing"), "the catalog holds no service `nothing`".to_owned()),
        ] {
            assert_eq!(found(subject, name), told);
        }
    }

    #[test]
    fn all_is_counted() {
        let counted: Vec<String> =
            groups(&addresses()).iter().map(|one| format!("{} {} {}", one.kind.word(), one.of, one.count)).collect();
        let all = [
            "blueprint  3",
            "team  1",
            "entity a:b 1",
            "entity service 2",
            "entity team 1",
            "promise  1",
            "request database 1",
        ];
        assert_eq!(counted, all);
    }
}
