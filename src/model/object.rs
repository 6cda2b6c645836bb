use super::members::Members;
use super::{Map, Member, Name, Value};
use crate::source::Spanned;

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

/// Members of a body whose own members are fields of their own, each owned and diffed for itself.
const GROUPS: &[&str] = &[
    "properties",
    "relations",
    "inputs",
    "rules",
    "labels",
    "fields",
    "spec",
    "mirrors",
    "calculations",
    "aggregations",
];

/// Whether the members of a body's member are fields of their own.
pub(super) fn is_group(name: &str) -> bool {
    GROUPS.contains(&name)
}

/// The fields of a body: each member, and each member of a group as `group.name`; in the order of the body.
pub fn fields(body: &Map) -> Vec<(String, &Spanned<Value>)> {
    let mut fields = Vec::new();
    each_field(body, &mut |group, name, value| {
        fields.push((group.map_or_else(|| name.to_owned(), |group| [group, ".", name].concat()), value));
    });
    fields
}

/// Visits the fields of a body: of each the group, if it is a member of one, its name and its value.
pub(super) fn each_field<'b>(body: &'b Map, visit: &mut dyn FnMut(Option<&'b str>, &'b str, &'b Spanned<Value>)) {
    for Member { name, value } in &body.members {
        match value.as_object().filter(|_| is_group(&name.value)) {
            Some(group) => {
                group.members.iter().for_each(|inner| visit(Some(&name.value), &inner.name.value, &inner.value));
            }
            None => visit(None, &name.value, value),
        }
    }
}

/// Sets a field of a body, or removes it.
pub fn set_field(body: &mut Map, path: &str, value: Option<Value>) {
    set_fields(body, [(path, value)]);
}

/// Sets fields of a body, or removes them, each path with its value; a group comes and goes with its members. Takes time linear in
/// all of them.
pub fn set_fields<'f>(body: &mut Map, fields: impl IntoIterator<Item = (&'f str, Option<Value>)>) {
    let mut whole = Members::of(std::mem::take(body));
    let mut groups: Vec<(&str, Members)> = Vec::new();
    for (path, value) in fields {
        let Some((group, name)) = path.split_once('.').filter(|(group, _)| GROUPS.contains(group)) else {
            whole.set(path, value);
            continue;
        };
        let place = groups.iter().position(|(known, _)| *known == group).unwrap_or_else(|| {
            let members = match whole.set(group, None) {
                Some(Value::Object(map)) => Members::of(map),
                _ => Members::default(),
            };
            groups.push((group, members));
            groups.len() - 1
        });
        groups[place].1.set(name, value);
    }
    for (group, members) in groups {
        let members = members.finish();
        whole.set(group, (!members.is_empty()).then_some(Value::Object(members)));
    }
    *body = whole.finish();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parse_json;

    fn body(json: &str) -> Map {
        parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone()
    }

    #[test]
    fn a_body_is_made_of_its_fields() {
        let original = body(r#"{"title":"A","properties":{"a.b":1,"c":{"d":2}},"levels":["x"]}"#);
        let all = fields(&original);
        let mut copy = Map::default();
        set_fields(&mut copy, all.iter().map(|(path, value)| (path.as_str(), Some(value.value.clone()))));
        assert_eq!(copy, original);
        set_fields(&mut copy, all.iter().map(|(path, _)| (path.as_str(), None)));
        assert!(copy.is_empty());
    }

    #[test]
    fn a_large_body_is_made_of_its_fields() {
        let names: Vec<String> = (0..100).map(|number| format!("properties.p{number}")).collect();
        let all = |value: i64| names.iter().map(move |name| (name.as_str(), Some(Value::integer(value))));
        let mut body = Map::default();
        // Set twice, the last counts, and some that are taken out come again.
        set_fields(&mut body, all(1).chain(all(2)));
        set_fields(&mut body, names.iter().step_by(2).map(|name| (name.as_str(), None)));
        assert_eq!(fields(&body).len(), 50);
        set_fields(&mut body, names.iter().step_by(2).map(|name| (name.as_str(), None)).chain(all(3)));
        let found = fields(&body);
        assert_eq!(found.len(), 100);
        assert!(found.iter().all(|(_, value)| value.value == Value::integer(3)));
    }

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
