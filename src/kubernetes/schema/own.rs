//! Kubernetes' own kinds, as they are built in.
//!
//! The file is text in raw DEFLATE: on its first line the oldest and the newest version that it is of, then a line for each kind
//! (`kind`, `apiVersion kind`, its type, and `cluster` where its objects are in no namespace) and one for each type (its name, its fields), the parts of a line apart by a tab. A field is
//! `NAME=SHAPE`, or `NAME!=SHAPE` where it must be there. `tests/kinds` writes it. What is left out are the descriptions: so 796 types of 120
//! kinds take 18 KB, less than a thousandth of the binary. It is read when a project first has a manifest.

use super::limits::Limits;
use super::{Field, Known, Schema, Shape, Type, Types, of_every_object};
use crate::kubernetes::group;
use Scope::{Cluster, Namespaced};
use std::collections::HashMap;
use std::sync::OnceLock;

const WRITTEN: &[u8] = include_bytes!("own.deflate");

#[derive(Default)]
struct Own {
    versions: (Box<str>, Box<str>),
    types: Types,
    /// The shape of each kind, by `apiVersion kind`.
    kinds: HashMap<Box<str>, Shape>,
    /// The kinds of each group, and where their objects are.
    scopes: HashMap<Box<str>, Vec<(Box<str>, Scope)>>,
}

/// The kinds of a group, and where their objects are; none of a group that is not Kubernetes' own.
fn scopes_of(group: &str) -> impl Iterator<Item = (&'static str, Scope)> {
    own().scopes.get(group).into_iter().flatten().map(|(kind, scope)| (&**kind, *scope))
}

/// Where the objects of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace each.
    Namespaced,
    /// In the cluster, and in no namespace.
    Cluster,
}

/// A group that Kubernetes had, and a kind whose objects were the cluster's: manifests still say them.
const FORMER: (&str, &str) = ("extensions", "PodSecurityPolicy");

/// Where the objects of a kind are; nothing where that is not known, as of custom resources. Of its own kinds Kubernetes says it; others in
/// a group that has objects in namespaces are taken for some that it had.
pub fn scope(group: &str, kind: &str) -> Option<Scope> {
    let group_has = |is: Scope| scopes_of(group).any(|(_, scope)| scope == is);
    scopes_of(group).find(|(known, _)| *known == kind).map(|(_, scope)| scope).or_else(|| {
        let is_known = group == FORMER.0 || group_has(Namespaced);
        is_known.then(|| if kind == FORMER.1 { Cluster } else { Namespaced })
    })
}

/// The newest version of Kubernetes that is known: `1.37`.
pub fn version() -> &'static str {
    versions().1
}

/// The oldest version of which the kinds are known, and the newest.
pub(super) fn versions() -> (&'static str, &'static str) {
    let (oldest, newest) = &own().versions;
    (oldest, newest)
}

/// All kinds, by their names in full.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    own().kinds.keys().map(|name| &**name)
}

/// What is known of a kind by its name in full.
pub(super) fn of(name: &str) -> Known<'static> {
    let own = own();
    let (api_version, kind) = name.split_once(' ').unwrap_or((name, ""));
    match own.kinds.get(name) {
        Some(shape) => Known::Kind(Schema::of(&own.types, shape)),
        // A list of objects of a kind is none itself. A group without a dot is Kubernetes' own, or none.
        None if kind.ends_with("List") => Known::Nothing,
        None if group(api_version).contains('.') && scope(group(api_version), kind).is_none() => Known::Nothing,
        None => Known::NoSuch(own.alike(kind)),
    }
}

/// What every object has, whatever its kind.
pub(super) fn any() -> Schema<'static> {
    static ANY: OnceLock<Types> = OnceLock::new();
    static OBJECT: Shape = Shape::Object(0);
    let types = ANY.get_or_init(|| Types(vec![Type::new(of_every_object().collect(), Some(Shape::Any))]));
    Schema::of(types, &OBJECT)
}

/// What every object of Kubernetes says of itself, as `metadata`.
pub(super) fn metadata() -> Schema<'static> {
    static ANY: Shape = Shape::Any;
    let own = own();
    let of_one = || match own.kinds.get("v1 ConfigMap")? {
        Shape::Object(number) => own.types.0.get(*number as usize)?.field("metadata"),
        _ => None,
    };
    Schema::of(&own.types, of_one().map_or(&ANY, |field| &field.shape))
}

fn own() -> &'static Own {
    static OWN: OnceLock<Own> = OnceLock::new();
    OWN.get_or_init(|| {
        let text = miniz_oxide::inflate::decompress_to_vec(WRITTEN).unwrap_or_default();
        Own::read(&String::from_utf8_lossy(&text))
    })
}

impl Own {
    fn read(text: &str) -> Self {
        let mut lines = text.lines();
        let (oldest, newest) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or_default();
        let (mut kinds, mut names, mut described) = (Vec::new(), HashMap::new(), Vec::new());
        for (first, rest) in lines.filter_map(|line| line.split_once('\t')) {
            if first == "kind" {
                kinds.extend(rest.split_once('\t'));
            } else {
                names.insert(first, described.len() as u32);
                described.push(rest);
            }
        }
        let types = described.into_iter().map(|fields| {
            let fields = fields.split(' ').filter_map(|field| Field::read(field, &names));
            Type::new(fields.collect(), None)
        });
        let types = Types(types.collect());
        let shape = |name: &str| names.get(name).map_or(Shape::Any, |number| Shape::Object(*number));
        let mut own = Self { versions: (oldest.into(), newest.into()), types, ..Self::default() };
        for (name, rest) in kinds {
            let (type_name, scope) = match rest.split_once('\t') {
                Some((type_name, _)) => (type_name, Scope::Cluster),
                None => (rest, Scope::Namespaced),
            };
            let (api_version, kind) = name.split_once(' ').unwrap_or((name, ""));
            own.scopes.entry(group(api_version).into()).or_default().push((kind.into(), scope));
            own.kinds.insert(name.into(), shape(type_name));
        }
        own
    }

    /// The kinds of one name, or all where there is none of it, as `apiVersion kind`, sorted.
    fn alike(&self, kind: &str) -> Vec<&str> {
        let named = |only: Option<&str>| {
            let names = self.kinds.keys().map(|name| &**name);
            let mut found: Vec<&str> = names
                .filter(|name| only.is_none_or(|only| name.split_once(' ').is_some_and(|(_, kind)| kind == only)))
                .collect();
            found.sort_unstable();
            found
        };
        let same = named(Some(kind));
        if same.is_empty() { named(None) } else { same }
    }
}

impl Field {
    fn read(text: &str, names: &HashMap<&str, u32>) -> Option<Self> {
        let (name, shape) = text.split_once('=')?;
        let (name, is_required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        Some(Self { name: name.into(), is_required, shape: shape_of(shape, names) })
    }
}

fn shape_of(text: &str, names: &HashMap<&str, u32>) -> Shape {
    match text {
        "string" => Shape::Text,
        "time" => Shape::Time,
        "byte" => Shape::Bytes,
        "integer" => Shape::Whole,
        "int32" => Shape::Limited(Box::new(Shape::Whole), Box::new(Limits::int32())),
        "labels" => Shape::Labels,
        "annotations" => Shape::Annotations,
        "number" => Shape::Number,
        "boolean" => Shape::Truth,
        "int-or-string" => Shape::WholeOrText,
        "quantity" => Shape::Quantity,
        "object" => Shape::Map(Box::new(Shape::Any)),
        _ => {
            if let Some(items) = text.strip_prefix('[') {
                Shape::List(Box::new(shape_of(items, names)))
            } else if let Some(values) = text.strip_prefix('{') {
                Shape::Map(Box::new(shape_of(values, names)))
            } else {
                // A type without fields is an object of any.
                match text.strip_prefix('@').map(|name| names.get(name)) {
                    Some(Some(number)) => Shape::Object(*number),
                    Some(None) => Shape::Map(Box::new(Shape::Any)),
                    None => Shape::Any,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, scope};

    #[test]
    fn kinds_of_the_cluster_are_known_to_be_so() {
        for (group, kind) in [
            ("", "Namespace"),
            ("storage.k8s.io", "CSIDriver"),
            ("policy", "PodSecurityPolicy"),
            ("extensions", "PodSecurityPolicy"),
        ] {
            assert_eq!(scope(group, kind), Some(Scope::Cluster), "{kind}");
        }
        for (group, kind) in [("", "Secret"), ("storage.k8s.io", "CSIStorageCapacity"), ("extensions", "Ingress")] {
            assert_eq!(scope(group, kind), Some(Scope::Namespaced), "{kind}");
        }
        assert_eq!(scope("example.com", "Namespace"), None);
    }
}
