//! The law of adoption, over random projects and random edits of others; and what keeps single values from being written.

mod comments;
mod fields;
mod layout;

use super::write::write_by;
use super::{Adoption, Reach, Rewrite, adopt, write};
use crate::apply::{Applied, Run, Targets, Unobserved, apply};
use crate::catalog::{Batch, Change, FieldChange, GuardedChange, Memory};
use crate::file::Replacement;
use crate::model::{Address, Digest, Identity, Map, Number, Value};
use crate::object::{fields, set_field};
use crate::resolve::MemoryLoader;
use crate::secret::{Secrets, Tripwire};
use crate::session::{Disk, Guard, Planning, SessionError, drift, plan};
use crate::source::{FileId, Origin, Spanned};
use crate::syntax::{Line, format, parse};
use crate::wait::Wait;
use crate::workspace::{Loaded, load};
use crate::writer::{Listing, member};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOWHERE: Origin = Origin::Nowhere;

fn loader(text: &str) -> MemoryLoader {
    MemoryLoader::new([("plat.kdl", text)])
}

fn loaded(text: &str) -> Loaded {
    let loaded = load(&loader(text)).unwrap();
    let problems: Vec<&str> = loaded.diagnostics.iter().map(|problem| problem.message.as_str()).collect();
    assert!(!loaded.diagnostics.has_errors(), "{problems:?} in {text}");
    loaded
}

/// A catalog to which a project is applied.
fn applied(text: &str) -> Targets {
    let mut targets = Targets {
        identity: Identity::of(&loaded(text).project),
        catalog: Box::new(Memory::default()),
        stores: BTreeMap::new(),
        secrets: Secrets::default(),
        looked: std::cell::Cell::default(),
        reopen: Box::new(|_| Ok(Box::new(crate::store::Memory::new("left", "nobody")))),
    };
    let plan = plan(&loaded(text), &mut targets, Planning::default()).unwrap();
    let run = Run { time: 1, ..Run::default() };
    apply(&plan, &mut targets, &run, &mut Unobserved, &mut Applied::default()).unwrap();
    targets
}

fn live(targets: &Targets, address: &Address) -> Option<Map> {
    targets.catalog.objects(std::slice::from_ref(address)).unwrap().remove(0)?.into_read().map(|object| object.body)
}

/// Somebody else sets fields of an object, or removes them; nothing deletes the object.
fn others(targets: &mut Targets, address: &Address, edits: Option<Vec<(String, Option<Value>)>>) {
    let Some(body) = live(targets, address) else { return };
    let digest = |value: &Value| Digest::of_value(value);
    let change = match edits {
        None => Change::Delete { before: digest(&Value::Object(body)) },
        Some(edits) => {
            let before = |path: &str| {
                fields(&body).into_iter().find(|(other, _)| other == path).map(|(_, value)| digest(&value.value))
            };
            let fields = edits.into_iter().map(|(path, after)| FieldChange { before: before(&path), path, after });
            Change::Write {
                fields: fields.collect(),
                owned: Vec::new(),
                base: digest(&Value::Null),
                lifecycle: None,
                from: None,
                taken_from: None,
                declared: None,
            }
        }
    };
    let forgets = GuardedChange { address: address.clone(), change: Change::Forget };
    let operations = [GuardedChange { address: address.clone(), change }, forgets];
    targets
        .catalog
        .apply(&Batch {
            project: "others",
            name: "others",
            time: 2,
            message: "Change it",
            operations: &operations,
            levels: &[],
            alone: false,
        })
        .unwrap();
}

/// What taking over everything, or what is asked for, comes to.
fn take_over(text: &str, targets: &mut Targets, asked: &str) -> Adoption {
    let loaded = loaded(text);
    let drift = drift(&loaded, targets, crate::drift::Extent::Own).unwrap();
    adopt(&loader(text), &loaded, &drift, (&[asked.to_owned()], Reach::Here), 0).unwrap()
}

fn after(text: &str, adoption: &Adoption) -> String {
    adoption.rewrites.first().map_or_else(|| text.to_owned(), |rewrite| rewrite.after.clone())
}

fn is_canonical(text: &str) -> bool {
    let (tree, _) = parse(FileId(0), &text.into());
    format(&tree) == text
}

/// The text of each top-level node, by its first three words.
fn nodes(text: &str) -> BTreeMap<String, String> {
    let (tree, _) = parse(FileId(0), &text.into());
    let name = |head: &str| head.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    tree.nodes().map(|node| &text[node.span().range()]).map(|node| (name(node), node.to_owned())).collect()
}

/// Texts that are not easy to write.
const TEXTS: &[&str] =
    &["a", "b c", "", "true", "#x", "1", "-", "two\nlines", "\"", "\\", "$x", "é", "/-", "a#b", "\u{85}x"];

fn word() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(TEXTS).prop_map(Value::string),
        any::<i64>().prop_map(Value::integer),
        any::<bool>().prop_map(Value::Bool),
        (-1000..1000i32).prop_map(|number| Value::Number(Number::from_float(f64::from(number) / 4.0).unwrap())),
    ]
}

fn text_value() -> impl Strategy<Value = Value> {
    word().prop_map(|value| Value::string(value.as_str().unwrap_or("other")))
}

fn nested() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => word(), 1 => Just(Value::Null)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![list.prop_map(list_of), object(inner)]
    })
}

fn list_of(items: Vec<Value>) -> Value {
    Value::Array(items.into_iter().map(|item| Spanned::new(item, NOWHERE)).collect())
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = prop::sample::select(&["a", "b", "-", "c d", "title"][..]);
    prop::collection::btree_map(key, value, 0..4).prop_map(|members| {
        let mut map = Map::default();
        for (name, value) in members {
            map.put(name, value, NOWHERE);
        }
        Value::Object(map)
    })
}

/// Values of an entity's properties, by name: `s` text, `n` number, `w` words, `l` any list, `o` any object, `title` a list too.
type Values = BTreeMap<&'static str, Value>;

fn values() -> impl Strategy<Value = Values> {
    let number = (-50..50i64).prop_map(Value::integer);
    let words = prop::collection::vec(text_value(), 0..4).prop_map(list_of);
    let title = prop::collection::vec(text_value(), 0..3).prop_map(list_of);
    let list = prop::collection::vec(nested(), 0..4).prop_map(list_of);
    let maybe = |name, strategy: BoxedStrategy<Value>| {
        prop::option::of(strategy).prop_map(move |value| value.map(|value| (name, value)))
    };
    (
        maybe("s", text_value().boxed()),
        maybe("n", number.boxed()),
        maybe("w", words.boxed()),
        maybe("l", list.boxed()),
        maybe("o", object(nested()).boxed()),
        maybe("title", title.boxed()),
    )
        .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].into_iter().flatten().collect())
}

const BLUEPRINT: &str = "blueprint thing {
    title Thing // for people
    property s string
    property n number
    property w array of=string
    property l array
    property o object
    property title array of=string
}
";

/// A project of some entities, with a comment wherever `comments` says so.
fn text(entities: &[Values], comments: &[bool]) -> String {
    let mut text = format!("project law\n\n{BLUEPRINT}");
    let mut comments = comments.iter().cycle();
    for (index, values) in entities.iter().enumerate() {
        let mut lines = Vec::new();
        for (name, value) in values {
            if *comments.next().unwrap() {
                lines.push(format!("// about {name}"));
            }
            let listing = if matches!(*name, "w" | "title" | "l") { Listing::List } else { Listing::Any };
            let line = member(name, value, listing);
            let line = if *name == "title" { Line::new("properties").block([line]) } else { line };
            lines.push(line.to_string().replace('\n', "\n    "));
        }
        text.push_str(&format!(
            "\n// the entity {index}\nentity thing e{index} {{\n{}}}\n",
            lines.iter().map(|line| format!("    {line}\n")).collect::<String>()
        ));
    }
    text
}

fn address(index: usize) -> Address {
    Address::parse(&format!("entity:thing:e{index}")).unwrap()
}

/// What others make of an entity: other values, of those fields that are ours; or nothing at all.
fn edits(from: &Values, to: Option<&Values>) -> Option<Vec<(String, Option<Value>)>> {
    let edit = |name: &&'static str| (format!("properties.{name}"), to.and_then(|to| to.get(name)).cloned());
    to.map(|_| from.keys().map(edit).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..crate::laws::cases(200) })]

    #[test]
    fn what_is_taken_over_is_no_change_any_more(
        from in prop::collection::vec(values(), 1..4),
        to in prop::collection::vec(prop::option::weighted(0.8, values()), 3),
        touched in prop::collection::vec(any::<bool>(), 3),
        comments in prop::collection::vec(any::<bool>(), 5),
        canonical in any::<bool>(),
    ) {
        let mut before = text(&from, &comments);
        if canonical {
            let (tree, _) = parse(FileId(0), &before.as_str().into());
            before = format(&tree);
        }
        let mut targets = applied(&before);
        for (index, values) in from.iter().enumerate().filter(|(index, _)| touched[*index]) {
            others(&mut targets, &address(index), edits(values, to[index].as_ref()));
        }
        let adoption = take_over(&before, &mut targets, "*");
        prop_assert_eq!(&adoption.refused, &vec![], "{}", before);
        let now = after(&before, &adoption);
        let planned = plan(&loaded(&now), &mut targets, Planning::default()).unwrap();
        prop_assert!(!planned.has_changes() && planned.conflicts.is_empty(), "{:?} in {}", planned.operations, now);
        prop_assert!(is_canonical(&now) || !is_canonical(&before), "{}\nbecame\n{}", before, now);
        let (old, new) = (nodes(&before), nodes(&now));
        for (name, node) in &old {
            let index = name.rsplit_once('e').and_then(|(_, index)| index.parse::<usize>().ok());
            match index.filter(|index| name.starts_with("entity") && touched[*index]) {
                None => prop_assert_eq!(new.get(name), Some(node)),
                Some(index) if to[index].is_none() => prop_assert_eq!(new.get(name), None),
                Some(_) => {
                    for comment in node.lines().filter(|line| line.trim_start().starts_with("//")) {
                        prop_assert!(new[name].contains(comment), "{comment} is lost in {now}");
                    }
                }
            }
        }
        for index in 0..from.len() {
            let comment = format!("// the entity {index}\n");
            prop_assert!(now.contains(&comment));
        }
    }
}

const PLATFORM: &str = "project law

state-store gitops git {
    url \"../gitops.git\"
    branch main
}

destination main {
    store gitops
    labels side=main tier=\"1\"
}

promise app {
    title App
    api group=company.com version=v1 kind=App plural=apps {
        field size integer default=1
        field tags array of=string
        field tier enum default=small { values small large }
    }
    schedule side=main
    workflow configure {
        table sizing by=$spec.tier {
            row small cpu=\"500m\"
            row large cpu=\"1\"
        }
        resource v1 ConfigMap $name file=config.yaml {
            // what it holds
            data size=\"${spec.size}\" note=plain
        }
        status message=\"is ${name}\"
    }
}

request app web {
    tags a
}
";

/// Sets one place of an object as others would, takes it over, and gives the text that follows.
fn taken(text: &str, object: &str, path: &str, json: &str) -> Result<String, String> {
    let mut targets = applied(text);
    let address = Address::parse(object).unwrap();
    let value = crate::model::parse_json(json.as_bytes()).ok();
    others(&mut targets, &address, Some(vec![(path.to_owned(), value)]));
    let adoption = take_over(text, &mut targets, "*");
    match adoption.refused.first() {
        Some(refusal) => {
            assert!(adoption.rewrites.is_empty() && adoption.adopted.is_empty());
            Err(refusal.reason.clone())
        }
        None => {
            let now = after(text, &adoption);
            let planned = plan(&loaded(&now), &mut targets, Planning::default()).unwrap();
            assert!(!planned.has_changes(), "{now}");
            Ok(now)
        }
    }
}

/// The value of a field of an object as JSON, with one part of it replaced.
fn replaced(text: &str, object: &str, path: &str, from: &str, to: &str) -> String {
    let body = live(&applied(text), &Address::parse(object).unwrap()).unwrap();
    let value = fields(&body).into_iter().find(|(other, _)| other == path).unwrap().1.value.clone();
    let mut bytes = Vec::new();
    crate::model::write_json(&value, &mut bytes);
    let json = String::from_utf8(bytes).unwrap();
    assert_eq!(json.matches(from).count(), 1, "{from} in {json}");
    json.replace(from, to)
}

#[test]
fn what_delivers_is_taken_over_where_it_is_written() {
    for (object, path, json, from, to) in [
        ("state-store:gitops", "branch", "\"prod\"", "branch main", "branch prod"),
        ("state-store:gitops", "url", "\"x\"", "url \"../gitops.git\"", "url \"x\""),
        ("destination:main", "labels.side", "\"main\"", "", ""),
        ("destination:main", "labels.tier", "\"2\"", "tier=\"1\"", "tier=\"2\""),
        ("destination:main", "labels.tier", "", " tier=\"1\"", ""),
        ("destination:main", "layout", "\"flat\"", "tier=\"1\"\n", "tier=\"1\"\n    layout flat\n"),
        ("promise:app", "title", "\"The app\"", "title App", "title \"The app\""),
        ("promise:app", "plural", "\"appz\"", "plural=apps", "plural=appz"),
        (
            "promise:app",
            "schedule",
            "{\"tier\":\"1\",\"side\":\"main\"}",
            "schedule side=main",
            "schedule side=main tier=\"1\"",
        ),
        ("promise:app", "pipeline", "\"p\"", "workflow configure {", "workflow configure pipeline=p {"),
        (
            "promise:app",
            "properties.size",
            "{\"type\":\"integer\",\"default\":2,\"enum\":[1,2]}",
            "",
            "the language cannot say `properties.size` so that it reads back as it is to be",
        ),
        (
            "promise:app",
            "properties.size",
            "{\"type\":\"integer\",\"default\":2,\"minimum\":1}",
            "default=1",
            "default=2 min=1",
        ),
        ("request:app:default/web", "spec.tags", "[\"b\"]", "    tags a\n", "    tags b\n"),
        ("request:app:default/web", "spec.tags", "", "web {\n    tags a\n}", "web"),
    ] {
        let expected = if from.is_empty() && !to.is_empty() {
            Err(to.to_owned())
        } else {
            Ok(if from.is_empty() { PLATFORM.to_owned() } else { PLATFORM.replacen(from, to, 1) })
        };
        let found = taken(PLATFORM, object, path, json);
        assert_eq!(found, expected, "{object} {path}");
    }
    let pinned = PLATFORM.replacen("request app web {", "request app web destination=main {", 1);
    assert_eq!(taken(&pinned, "request:app:default/web", "destination", ""), Ok(PLATFORM.to_owned()));
}

#[test]
fn single_values_of_a_workflow_are_taken_over() {
    for (from, to, before, now) in [
        ("\"500m\"", "\"700m\"", "cpu=\"500m\"", "cpu=\"700m\""),
        ("\"plain\"", "\"${name}\"", "note=plain", "note=\"${name}\""),
        ("\"is ${name}\"", "\"was ${name}\"", "is ${name}", "was ${name}"),
        ("\"config.yaml\"", "\"other.yaml\"", "file=config.yaml", "file=other.yaml"),
    ] {
        let json = replaced(PLATFORM, "promise:app", "workflow", from, to);
        assert_eq!(taken(PLATFORM, "promise:app", "workflow", &json), Ok(PLATFORM.replacen(before, now, 1)));
    }
}

#[test]
fn steps_that_come_and_go_are_taken_over() {
    let status = r#"{"status":{"message":"is ${name}"}}"#;
    for (from, to, before, now) in [
        (format!(",{status}"), String::new(), "        status message=\"is ${name}\"\n", ""),
        (
            status.to_owned(),
            format!(r#"{{"match":"$spec.tier","cases":[{{"is":["small"],"steps":[{status}]}}],"else":[]}}"#),
            "        status message=\"is ${name}\"\n",
            "        match $spec.tier {\n            case small {\n                status message=\"is ${name}\"\n            }\n            else {}\n        }\n",
        ),
        (
            status.to_owned(),
            format!(
                r#"{{"each":"tag","in":"$spec.tags","steps":[{{"apiVersion":"v1","kind":"ConfigMap","name":"${{tag}}","body":{{}}}}]}},{status}"#
            ),
            "        status",
            "        each tag in=$spec.tags {\n            resource v1 ConfigMap \"${tag}\"\n        }\n        status",
        ),
    ] {
        let json = replaced(PLATFORM, "promise:app", "workflow", &from, &to);
        assert_eq!(taken(PLATFORM, "promise:app", "workflow", &json), Ok(PLATFORM.replacen(before, now, 1)), "{json}");
    }
}

#[test]
fn what_cannot_be_written_is_refused_and_changes_nothing() {
    let text = "project law\nblueprint thing {\n    property b string\n}\nentity thing one {\n    b two\n}\n";
    for (object, path, json, reason) in [
        (
            "entity:thing:one",
            "properties.b",
            "5",
            "the project would be wrong: plat.kdl:6:7, as it would be: `b` takes a string, not a number (E0401)",
        ),
        (
            "blueprint:thing",
            "properties.b",
            "{\"type\":\"string\",\"x-port\":1}",
            "`properties.b`: the language has no words for `x-port` of a property",
        ),
        ("blueprint:thing", "properties.b", "", "the project would be wrong: "),
    ] {
        let found = taken(text, object, path, json).unwrap_err();
        assert!(found.starts_with(reason), "{found}");
    }
}

#[test]
fn of_several_edits_those_that_hold_are_kept() {
    let text = "project law\nblueprint thing {\n    property b string\n    relation next thing\n}\n\
        entity thing one {\n    b x\n    next two\n}\nentity thing two {\n    b x\n}\nentity thing three {\n    b x\n    next two\n}\n";
    let entity = |name: &str| Address::parse(&format!("entity:thing:{name}")).unwrap();
    let next = |value: &str| Some(vec![("relations.next".to_owned(), Some(Value::string(value)))]);
    // The target of a relation goes: as long as one still points at it, it stays.
    let mut targets = applied(text);
    others(&mut targets, &entity("two"), None);
    others(&mut targets, &entity("one"), next("three"));
    let adoption = take_over(text, &mut targets, "*");
    let taken: Vec<String> = adoption.adopted.iter().map(|adopted| adopted.address.to_string()).collect();
    assert_eq!(taken, ["entity:thing:one"]);
    assert_eq!(adoption.refused[0].address, "entity:thing:two");
    // Once none does, it goes too.
    others(&mut targets, &entity("three"), next("one"));
    let adoption = take_over(text, &mut targets, "*");
    assert!(adoption.refused.is_empty() && adoption.adopted.len() == 3, "{adoption:?}");
}

#[test]
fn a_file_that_changed_meanwhile_is_not_overwritten() {
    let folder = tempfile::TempDir::new().unwrap();
    let text = "project law\nteam a {\n    title A\n}\n";
    let mut targets = applied(text);
    let address = Address::parse("team:a").unwrap();
    others(&mut targets, &address, Some(vec![("title".to_owned(), Some(Value::string("B")))]));
    let adoption = take_over(text, &mut targets, "team:a#title");
    let (place, other) = (folder.path().join("plat.kdl"), "project law\nteam a\n");
    std::fs::write(&place, other).unwrap();
    let disk = Disk::discover(folder.path()).unwrap();
    let (tripwire, wait) = (Tripwire::default(), Wait::default());
    let guard = Guard { tripwire: &tripwire, wait: &wait };
    let failed = write(&disk, &adoption.rewrites, guard).unwrap_err();
    assert!(matches!(failed, SessionError::Changed { .. }), "{failed}");
    assert_eq!(std::fs::read_to_string(&place).unwrap(), other);
    std::fs::write(&place, text).unwrap();
    write(&disk, &adoption.rewrites, guard).unwrap();
    assert_eq!(std::fs::read_to_string(&place).unwrap(), text.replace("title A", "title B"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something is left beside it");
}

#[test]
fn of_several_files_all_are_written_or_none() {
    let folder = tempfile::TempDir::new().unwrap();
    let names = ["a.kdl", "b.kdl", "c.kdl"];
    let rewrite =
        |name: &str| Rewrite { name: name.to_owned(), before: "before\n".into(), after: "after\n".to_owned() };
    let rewrites = names.map(rewrite);
    for name in ["plat.kdl"].iter().chain(&names) {
        std::fs::write(folder.path().join(name), "before\n").unwrap();
    }
    let disk = Disk::discover(folder.path()).unwrap();
    let written = |broken: &'static [usize]| {
        let calls = std::cell::Cell::new(0);
        let replace = |new: Replacement| {
            calls.set(calls.get() + 1);
            if broken.contains(&calls.get()) { Err(std::io::Error::other("no")) } else { new.replace() }
        };
        let guard = Guard { tripwire: &Tripwire::default(), wait: &Wait::default() };
        let failed = write_by(&disk, &rewrites, guard, &replace).unwrap_err().to_string();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4, "something is left beside them");
        (failed, names.map(|name| std::fs::read_to_string(folder.path().join(name)).unwrap() == "after\n"))
    };
    let whole = "cannot write c.kdl, so that no file is changed".to_owned();
    assert_eq!(written(&[3]), (whole, [false; 3]));
    let in_part =
        "cannot write c.kdl, and what was written could not be put back; written: b.kdl; as before: a.kdl, c.kdl";
    assert_eq!(written(&[3, 5]), (in_part.to_owned(), [false, true, false]));
}

#[test]
fn what_was_said_at_an_object_that_goes_is_set_apart_from_the_next_one() {
    let first = "// a\nteam a {\n    title A // b\n}\n";
    for (text, expected) in [
        (format!("project law\n\n{first}team b\n"), "project law\n\n// a\n// b\n\nteam b\n"),
        ("project law\n\n// a\nteam a\nteam b\n".to_owned(), "project law\n\n// a\n\nteam b\n"),
        ("project law\n\nteam a\nteam b\n".to_owned(), "project law\n\nteam b\n"),
        (
            format!("project law\r\n\r\n{}team b\r\n", first.replace('\n', "\r\n")),
            "project law\r\n\r\n// a\r\n// b\r\n\r\nteam b\r\n",
        ),
    ] {
        let mut targets = applied(&text);
        others(&mut targets, &Address::parse("team:a").unwrap(), None);
        assert_eq!(after(&text, &take_over(&text, &mut targets, "team:a")), expected, "{text}");
    }
}

#[test]
fn only_what_is_asked_for_is_taken_over() {
    let text = "project law\nteam a {\n    title A\n    description B\n}\nteam b {\n    title A\n}\n";
    let mut targets = applied(text);
    let set = |path: &str| (path.to_owned(), Some(Value::string("new")));
    others(&mut targets, &Address::parse("team:a").unwrap(), Some(vec![set("title"), set("description")]));
    others(&mut targets, &Address::parse("team:b").unwrap(), Some(vec![set("title")]));
    for (asked, expected) in [
        ("team:a#title", text.replacen("title A", "title new", 1)),
        ("team:a#desc*", text.replace("description B", "description new")),
        ("team:*#title", text.replace("title A", "title new")),
        ("team:b", text.replace("team b {\n    title A", "team b {\n    title new")),
    ] {
        assert_eq!(after(text, &take_over(text, &mut targets, asked)), expected, "{asked}");
    }
    let adoption = take_over(text, &mut targets, "team:b#icon");
    assert_eq!((adoption.unmet, adoption.rewrites), (vec!["team:b#icon".to_owned()], vec![]));
}

#[test]
fn a_reference_to_a_secret_keeps_its_notation() {
    let text = "project law\nstate-store s git {\n    url x\n}\ndestination d {\n    store s\n    encrypted\n}\npromise app {\n    \
        api group=x.y version=v1 kind=App {\n        field p string\n    }\n    workflow configure {\n        \
        resource v1 Secret $name {\n            stringData p=$spec.p own=(secret)own\n        }\n    }\n}\n\
        request app web {\n    p (secret)db\n}\n";
    for (object, path, from, to) in
        [("request:app:default/web", "spec.p", "db", "other-db"), ("promise:app", "workflow", "own", "shared")]
    {
        let secret = |name: &str| format!("\"{name}\"}}");
        let json = replaced(text, object, path, &secret(from), &secret(to));
        let expected = text.replace(&format!("(secret){from}"), &format!("(secret){to}"));
        assert_eq!(taken(text, object, path, &json), Ok(expected), "{json}");
    }
}

#[test]
fn a_line_that_we_dropped_and_others_changed_comes_back() {
    let text = "project law\nteam a {\n    title A\n    description B\n    member a@x\n}\nstate-store s git {\n    url x\n    path p\n}\n";
    let mut targets = applied(text);
    let set = |path: &str| Some(vec![(path.to_owned(), Some(Value::string("new")))]);
    others(&mut targets, &Address::parse("team:a").unwrap(), set("description"));
    others(&mut targets, &Address::parse("state-store:s").unwrap(), set("path"));
    let dropped = text.replace("    description B\n", "").replace("    path p\n", "");
    // What both changed is not taken over by a pattern.
    let adoption = take_over(&dropped, &mut targets, "*");
    assert_eq!((after(&dropped, &adoption), adoption.refused.len()), (dropped.clone(), 2));
    let asked = ["team:a#description".to_owned(), "state-store:s#path".to_owned()];
    let loaded = loaded(&dropped);
    let drift = drift(&loaded, &mut targets, crate::drift::Extent::Own).unwrap();
    let adoption = adopt(&loader(&dropped), &loaded, &drift, (&asked, Reach::Here), 0).unwrap();
    let expected = text.replace("description B", "description new").replace("path p", "path new");
    assert_eq!(after(&dropped, &adoption), expected);
    assert!(adoption.adopted.iter().all(|adopted| adopted.overwrites));
}

#[test]
fn a_body_is_set_as_fields_are() {
    let mut body = Map::default();
    set_field(&mut body, "properties.a", Some(Value::integer(1)));
    let differences = super::trial::differences;
    assert_eq!(differences(&body, &Map::default()), ["properties.a"]);
    assert_eq!(differences(&Map::default(), &body), ["properties.a"]);
    assert!(differences(&body, &body).is_empty());
}
