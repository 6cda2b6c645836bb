//! Whether a text says all of what a catalog holds of an object. What stands there may be of others: a value where the language knows a block,
//! or a member that only a newer plat knows. In a text it would be a smaller object, and whoever uses that would take away what follows from the
//! rest.

use crate::diag::Severity;
use crate::diff::parts;
use crate::grammar::language;
use crate::model::{Address, Digest, Kind, Map, Object, Project, Value};
use crate::object::{canonical_body, fields, knows};
use crate::resolve::{MemoryLoader, resolve};
use crate::source::{Origin, Spanned};
use crate::syntax::{Escapes, visible_string};
use crate::writer::{Listing, write};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

/// Of some objects as a catalog holds them those of which a text loses something, each with the reason as a sentence without a full stop;
/// `project` has the types of its own that some are of. What a text cannot say at all is told where it is written, and a mistake in a blueprint or a
/// promise that can be read all the same, where that is used.
pub(super) fn lost<'o>(project: &Project, objects: &'o [Object]) -> BTreeMap<&'o Address, String> {
    let is_type = |address: &Address| matches!(address.kind, Kind::Blueprint | Kind::Promise);
    let mut types: HashSet<Address> =
        objects.iter().map(|one| &one.address).filter(|one| is_type(one)).cloned().collect();
    let mut text = "project others\n".to_owned();
    let mut add = |address: &Address, body: &Map| {
        let node = write(address, body, &|_, _| Listing::Any).ok()?;
        let start = text.len();
        let _ = writeln!(text, "{node}");
        Some(start)
    };
    for one in project.declared().into_iter().filter(|one| is_type(&one.address())) {
        if types.insert(one.address()) {
            add(&one.address(), &one.body());
        }
    }
    // What is of a type that is not known says not what its values are.
    let is_known = |one: &&Object| one.address.above().is_none_or(|above| types.contains(&above));
    let written = objects.iter().filter(is_known).filter_map(|one| Some((add(&one.address, &one.body)?, one)));
    let written: Vec<(usize, &Object)> = written.collect();
    let Ok(read) = resolve(&MemoryLoader::new([("plat.kdl", text)])) else { return BTreeMap::new() };
    let mut wrong: BTreeMap<&Address, String> = BTreeMap::new();
    for one in read.diagnostics.iter().filter(|one| one.severity == Severity::Error && one.code.is_of_words()) {
        let Some(place) = one.primary.origin.text() else { continue };
        let behind = written.partition_point(|(start, _)| *start <= place.start as usize);
        let Some((_, object)) = behind.checked_sub(1).and_then(|last| written.get(last)) else { continue };
        wrong.entry(&object.address).or_insert_with(|| one.message.clone());
    }
    let mut said: HashMap<Address, Map> =
        read.project.declared().into_iter().map(|one| (one.address(), one.body())).collect();
    let lost = |(_, object): (usize, &'o Object)| {
        let (said, wrong) = (said.remove(&object.address), wrong.remove(&object.address));
        Some((&object.address, missed(object, said, wrong)?))
    };
    written.into_iter().filter_map(lost).collect()
}

/// What is missed of an object in what its text says.
fn missed(Object { address, body }: &Object, said: Option<Map>, wrong: Option<String>) -> Option<String> {
    let said = match (said, wrong) {
        (Some(_), Some(_)) if matches!(address.kind, Kind::Blueprint | Kind::Promise) => return None,
        (_, Some(wrong)) => return Some(wrong),
        (None, None) => return Some("no text says this name".to_owned()),
        (Some(said), None) => meant(address.kind, said),
    };
    let held = meant(address.kind, body.clone());
    if Digest::of_body(held.clone()) == Digest::of_body(said.clone()) {
        return None;
    }
    let place = first_difference(address.kind, &held, &said).unwrap_or_default();
    Some(format!("`{}` holds there what this plat has no words for", visible_string(&place, Escapes::Hidden)))
}

/// A body as it is compared. What others put beside what an object says changes nothing of it, but where others rest on the object: there a
/// member that is not known may change all of it.
fn meant(kind: Kind, mut body: Map) -> Map {
    canonical_body(kind, &mut body);
    let shape = language().object(kind.word()).filter(|_| !rests_with(kind));
    if let Some(shape) = shape {
        body.members.retain(|member| knows(shape, &member.name.value));
    }
    body
}

/// Whether what is written rests on objects of a kind that others own: it was judged by them, or is rendered by or delivered to them.
pub(super) fn is_rested_on(kind: Kind) -> bool {
    matches!(kind, Kind::Blueprint | Kind::Promise | Kind::Policy | Kind::Destination | Kind::StateStore)
}

/// Whether all that an object of a kind holds counts for who uses it.
fn rests_with(kind: Kind) -> bool {
    is_rested_on(kind) || kind == Kind::Scorecard
}

/// The first place at which two bodies of a kind are not the same.
fn first_difference(kind: Kind, held: &Map, said: &Map) -> Option<String> {
    let nothing = Spanned::new(Value::Null, Origin::Nowhere);
    let (held, said) = (fields(held), fields(said));
    let paths = held.iter().chain(&said).map(|(path, _)| path);
    let of = |all: &[(String, &Spanned<Value>)], path: &str| {
        all.iter().find(|(other, _)| other == path).map_or_else(|| nothing.clone(), |(_, value)| (*value).clone())
    };
    paths.into_iter().find_map(|path| {
        let part = parts(kind, path, &of(&held, path), &of(&said, path)).into_iter().next()?;
        let below = if part.path.is_empty() { String::new() } else { format!(" > {}", part.path) };
        Some(format!("{path}{below}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Declared, parse_json};
    use crate::object::fixture;
    use proptest::prelude::*;

    fn lost(object: &Object) -> Option<String> {
        super::lost(&Project::default(), std::slice::from_ref(object)).remove(&object.address)
    }

    fn object(address: &str, json: &str) -> Object {
        let body = parse_json(json.as_bytes()).unwrap().as_object().unwrap().clone();
        Object { address: Address::parse(address).unwrap(), body }
    }

    /// An object as plat writes it.
    fn written() -> impl Strategy<Value = Object> {
        let kind = prop::sample::select(Kind::ALL.map(|(kind, _)| kind).to_vec());
        (kind, prop::collection::vec(any::<u8>(), 1..60)).prop_map(|(kind, noise)| {
            let address = match kind {
                Kind::Entity => Address::below(kind, "service".into(), "thing".into()),
                Kind::Request => Address::below(kind, "app".into(), "default/thing".into()),
                Kind::User => Address::new(kind, "a@b".into()),
                _ => Address::new(kind, "thing".into()),
            };
            let body = fixture::body(kind, &address.name, &noise);
            Object { address, body }
        })
    }

    /// Puts another value in the place of the one of a number in a value, and says whether there is one.
    fn put(value: &mut Value, left: &mut usize, new: &Value) -> bool {
        let mut done = |inner: &mut Value| {
            if *left == 0 {
                *inner = new.clone();
                return true;
            }
            *left -= 1;
            put(inner, left, new)
        };
        match value {
            Value::Array(items) => items.iter_mut().any(|item| done(&mut item.value)),
            Value::Object(map) => map.members.iter_mut().any(|member| done(&mut member.value.value)),
            _ => false,
        }
    }

    /// What the text of an object says, where there is one without a mistake.
    fn said(Object { address, body }: &Object) -> Option<Map> {
        let node = write(address, body, &|_, _| Listing::Any).ok()?;
        let read = resolve(&MemoryLoader::new([("plat.kdl", node.to_string())])).unwrap();
        let is_wrong = read.diagnostics.iter().any(|one| one.severity == Severity::Error && one.code.is_of_words());
        let said = read.project.declared().into_iter().find(|one| one.address() == *address).map(Declared::body);
        if is_wrong { None } else { Some(meant(address.kind, said.unwrap_or_default())) }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, max_global_rejects: 100_000, ..crate::laws::cases(600) })]

        #[test]
        fn of_what_plat_writes_nothing_is_lost(object in written()) {
            prop_assert_eq!(lost(&object), None);
        }

        #[test]
        fn what_is_of_another_type_is_said_or_told(object in written(), place in 0..40_usize, new in 0..5_usize) {
            let new = [r"5", r#""other""#, "true", r#"{"other": 1}"#, r#"["other", {"odd": true}]"#][new];
            let new = parse_json(new.as_bytes()).unwrap();
            // What is of a type is read with that.
            prop_assume!(object.address.above().is_none());
            let mut body = Value::Object(object.body.clone());
            prop_assume!(put(&mut body, &mut { place }, &new));
            let Value::Object(body) = body else { return Ok(()) };
            let object = Object { address: object.address, body };
            if let (Some(said), None) = (said(&object), lost(&object)) {
                let held = meant(object.address.kind, object.body);
                prop_assert_eq!(Digest::of_body(held.clone()), Digest::of_body(said.clone()), "{:?}\n{:?}", held, said);
            }
        }
    }

    #[test]
    fn what_is_lost_is_told_by_its_place() {
        let promise = |json: &str| lost(&object("promise:bucket", json));
        let told = |place: &str| Some(format!("`{place}` holds there what this plat has no words for"));
        assert_eq!(promise(r#"{"api": 5}"#), told("api"));
        assert_eq!(promise(r#"{"schedule": {"a": "b"}, "keeps": true}"#), told("keeps"));
        assert_eq!(promise(r#"{"schedule": 5}"#), told("schedule"));
        let types = [
            object(
                "blueprint:service",
                r#"{"relations": {"needs": {"many": true, "required": false, "target": "service"}}}"#,
            ),
            object("entity:service:a", r#"{"relations": {"needs": ["a"]}}"#),
            object("entity:service:b", r#"{"relations": 5}"#),
        ];
        let found = super::lost(&Project::default(), &types);
        let found: Vec<(String, &String)> = found.iter().map(|(address, why)| (address.to_string(), why)).collect();
        assert_eq!(found, [("entity:service:b".to_owned(), &told("relations").unwrap())]);
        assert_eq!(lost(&object("team:shop", r#"{"seen": "today", "title": "Shop"}"#)), None, "nothing rests on it");
    }
}
